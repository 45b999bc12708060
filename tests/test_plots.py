"""The figures: what they are drawn from, that nothing breaks them, and the same bytes each time."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.drawing import assumption
from sim.figures.flows import ARROWS
from sim.figures.sizes import size
from sim.model.books import FLOWS
from sim.painting import save_figures, svg_bytes
from sim.plots import FIGURES, drawable, left_out
from tests.studies import LEVELS, make_study

pytestmark = pytest.mark.filterwarnings("error")
OVER_TIME = (
    "savings_over_time", "savings_spent", "repatriation", "quota_from_savings", "quota_sources",
    "prices", "state_revenue", "beliefs", "imports",
)  # fmt: skip
NEEDY = ("effects_forest", "contributions", "times_survival", "times_incidence", "flows")
OF_OTHERS = ("effects_forest", "contributions")


def test_a_figure_says_which_settings_are_set_on_assumption(study):
    assumed = {"scenario_0": ("surveillance",), "scenario_1": ("quota_usd", "surveillance")}
    picture = FIGURES["prices"](dataclasses.replace(study, assumed=assumed))
    line = "† Set on assumption: quota_usd, surveillance."
    assert line in words(picture) and picture.caption.endswith(line)
    assert "†" not in words(FIGURES["prices"](study))


def test_an_assumption_too_long_for_its_line_says_how_much_is_left_out(study):
    many = dataclasses.replace(study, assumed={"scenario_0": [f"setting_{k}" for k in range(30)]})
    line = assumption(many.assumed, 60)
    assert line.startswith("† Set on assumption: setting_0, ") and len(line) <= 60
    assert line.endswith(f" and {30 - line.count('setting_')} more.")
    assert assumption(many.assumed).count("setting_") == 30
    assert assumption(study.assumed) == ""


@pytest.fixture(scope="module")
def study():
    return make_study()


def with_monthly(study, **columns):
    return study.with_monthly(study.monthly.assign(**columns))


def words(picture):
    texts = [text.get_text() for ax in picture.axes for text in ax.texts]
    return "\n".join(texts + [text.get_text() for text in picture.texts])


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("scenarios", [1, 2, 3, 5, 8])
def test_every_figure_is_drawn_and_saved(name, scenarios, tmp_path):
    picture = FIGURES[name](make_study(scenarios))
    if scenarios in (1, 8):
        paths = save_figures({name: picture}, tmp_path / "figures")[name]
        assert [path.suffix for path in paths] == [".svg", ".png", ".csv"]
        assert all(path.stat().st_size > (200 if len(picture.data) else 0) for path in paths)
    first = 1 if name in OF_OTHERS else 0
    assert set(picture.data["scenario"]) == {f"scenario_{k}" for k in range(first, scenarios)}
    over_time = name in OVER_TIME
    assert ("policy change" in words(picture)) == (scenarios > 1 and over_time)
    assert ("customs data" in words(picture)) == over_time
    assert "replicates, seed 1" in words(picture)
    assert picture.get_figwidth() == 9
    assert picture.title and picture.caption and picture.alt


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("scenarios", [1, 2, 8])
def test_nothing_is_drawn_beyond_the_edge_of_a_figure(name, scenarios):
    titles = {f"scenario_{k}": f"A long title of scenario {k}: more room, " * 3 for k in range(8)}
    study = make_study(scenarios, titles=dict(list(titles.items())[:scenarios]))
    picture = FIGURES[name](study)
    svg_bytes(picture)
    page = picture.bbox
    for text in [*picture.texts, *(text for ax in picture.axes for text in ax.texts)]:
        box = text.get_window_extent()
        assert box.x0 >= page.x0 and box.x1 <= page.x1, text.get_text()
        assert box.y0 >= page.y0 and box.y1 <= page.y1, text.get_text()


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_study_gives_the_same_bytes(name, study, tmp_path):
    for folder in ("a", "b"):
        picture = FIGURES[name](study)
        save_figures({name: picture}, tmp_path / folder)[name]
    for ending in ("svg", "png", "csv"):
        first, second = (tmp_path / folder / f"{name}.{ending}" for folder in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()
    assert b"<dc:date>" not in (tmp_path / "a" / f"{name}.svg").read_bytes()


def test_the_reader_s_own_matplotlib_settings_do_not_matter(study, tmp_path):
    import matplotlib

    picture = FIGURES["prices"](study)
    plain = save_figures({"a": picture}, tmp_path)["a"][1].read_bytes()
    with matplotlib.rc_context({"font.size": 20, "savefig.bbox": "tight"}):
        picture = FIGURES["prices"](study)
        assert save_figures({"b": picture}, tmp_path)["b"][1].read_bytes() == plain


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("how", ["absent", "missing", "one replicate", "still"])
def test_thin_data_is_drawn_without_a_warning(name, how, study):
    thin = {
        "absent": lambda: study.with_monthly(study.monthly.iloc[:, :3]),
        "missing": lambda: with_monthly(study, **dict.fromkeys(LEVELS, np.nan)),
        "one replicate": lambda: make_study(replicates=1),
        "still": lambda: make_study(noise=0.0),
    }[how]()
    picture = FIGURES[name](thin)
    assert svg_bytes(picture)
    if how in ("absent", "missing") and name not in NEEDY:
        assert "not measured in this run" in words(picture)


@pytest.mark.parametrize("name", NEEDY)
def test_a_figure_that_lacks_its_table_says_so_and_is_left_out(name, study):
    bare = dataclasses.replace(
        study,
        **dict.fromkeys(("effects", "contributions", "times", "accounts"), pd.DataFrame()),
    )
    assert set(left_out(bare)) == set(NEEDY)
    assert list(drawable(bare)) == [each for each in FIGURES if each not in NEEDY]
    assert left_out(study) == {} and list(drawable(study)) == list(FIGURES)
    picture = FIGURES[name](bare)
    assert svg_bytes(picture) and picture.data.empty


def test_the_sources_of_the_quota_add_up_to_what_was_due(study):
    data = FIGURES["quota_sources"](study).data
    whole = data.groupby(["scenario", "month"])["value"].sum()
    assert whole.to_numpy() == pytest.approx(1.0, abs=0.2)  # the made-up shares are noisy
    paid = with_monthly(study, quota_fulfilment=0.0, quota_from_savings_share=np.nan)
    unpaid = FIGURES["quota_sources"](paid).data.query("panel == 'unpaid'")
    assert unpaid["value"].tolist() == [1.0] * len(unpaid)


def test_flows_are_sums_a_post_a_month_from_the_change_on(study):
    data = FIGURES["flows"](study).data.set_index(["scenario", "flow"])["value"]
    assert data["scenario_1", "quota from income"] == pytest.approx(9e4 / study.posts)
    picture = FIGURES["flows"](study)
    assert "$50,000\ngoods and repairs" in words(picture)
    assert "Mean of the first 2 replicates, seed 1." in picture.caption


def test_every_flow_of_the_model_has_its_arrow(study):
    rows = [("scenario_0", "2025-01", f.name, f.giver, f.receiver, -6e4) for f in FLOWS]
    accounts = pd.DataFrame(rows, columns=study.accounts.columns)
    picture = FIGURES["flows"](dataclasses.replace(study, accounts=accounts))
    said = words(picture)
    assert all(arrow[-1] in said for arrow in ARROWS.values()) and "−$1,000" in said
    assert set(picture.data["flow"]) == {flow.name for flow in FLOWS}


def test_the_forest_draws_multiples_and_leaves_open_what_may_be_none(study):
    picture = FIGURES["effects_forest"](study)
    rows = picture.data.set_index("outcome")
    assert rows.loc["savings_median", "value"] == pytest.approx(0.1)
    assert np.isnan(rows.loc["quality", "value"]) and "no multiple" in words(picture)
    assert "+$900" in words(picture)
    marks = [line for line in picture.axes[0].lines if line.get_marker() == "s"]
    assert marks and all(line.get_markerfacecolor() == "white" for line in marks)
    rest = study.effects["outcome"].nunique() - len(rows)
    assert f"{rest} more outcomes are in effects.csv" in picture.caption


def test_relative_numbers_are_taken_where_they_are_given(study):
    given = study.effects.assign(relative=0.5, relative_low=0.4, relative_high=np.nan)
    data = FIGURES["effects_forest"](dataclasses.replace(study, effects=given)).data
    assert data.set_index("outcome").loc["savings_median", "value"] == 0.5


@pytest.mark.parametrize(
    "value, unit, said",
    [
        (29612.3, "USD", "+$29,612"), (-80.8, "USD a post", "−$80.8"), (0.0, "USD", "$0"),
        (-0.063, "share", "−6.3 points"), (4e-5, "share a year", "+0.004 points"),
        (0.11, "ratio", "+0.11"), (-0.0103, "ratio", "−0.010"), (1e-7, "ratio", "about 0"),
        (float("nan"), "share", "–"),
    ],
)  # fmt: skip
def test_sizes_are_written_in_their_own_unit(value, unit, said):
    assert size(value, unit) == said


@pytest.mark.parametrize("name", NEEDY)
def test_tables_of_missing_numbers_are_drawn(name, study):
    gone = {
        table: getattr(study, table).select_dtypes("number").columns.difference(["month"])
        for table in ("effects", "contributions", "times", "accounts")
    }
    blank = {t: getattr(study, t).assign(**dict.fromkeys(c, np.nan)) for t, c in gone.items()}
    assert svg_bytes(FIGURES[name](dataclasses.replace(study, **blank)))


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("months", [1, 7, 200])
def test_short_and_long_runs(name, months):
    assert svg_bytes(FIGURES[name](make_study(months=months, change="2023-01")))


@pytest.mark.parametrize("change", ["2019-01", "2023-01", "2025-12", "2031-01"])
def test_the_policy_line_is_drawn_only_within_the_run(change):
    picture = FIGURES["savings_spent"](make_study(change=change))
    assert ("policy change" in words(picture)) == (change in ("2023-01", "2025-12"))
    assert svg_bytes(picture)


def test_titles_are_text_and_not_formulas():
    hostile = {"scenario_0": "$\\frac{$ <b>&amp;\n" + "long " * 40, "scenario_1": "]]> --> $x^2$"}
    study = make_study(titles=hostile)
    for draw in FIGURES.values():
        assert b"<b>" not in svg_bytes(draw(study))


def test_savings_band_is_the_mean_of_the_quantiles(study):
    data = FIGURES["savings_over_time"](study).data
    row = data[(data["scenario"] == "scenario_1") & (data["month"] == "2025-03")].iloc[0]
    rows = study.monthly.query("scenario == 'scenario_1' and month == '2025-03'")
    expected = rows[["savings_median", "savings_p10", "savings_p90"]].mean()
    assert row[["value", "low", "high"]].tolist() == pytest.approx(expected.tolist())


def test_repatriation_weighs_months_by_how_many_were_due(study):
    rate, due = np.where(np.arange(36) == 30, 0.0, 1.0), np.where(np.arange(36) == 30, 30.0, 1.0)
    rate[31], due[31] = np.nan, 0.0  # nobody due: undefined, and counts for nothing
    tiled = {"repatriation_rate": np.tile(rate, 8), "repatriation_rate__weight": np.tile(due, 8)}
    data = FIGURES["repatriation"](with_monthly(study, **tiled)).data
    values = data[data["scenario"] == "scenario_0"]["value"].to_numpy()
    assert np.isnan(values[:11]).all()  # no twelve months yet
    assert values[29] == 1.0
    assert values[35] == pytest.approx(10 / 40)


def test_csv_holds_what_is_drawn(study, tmp_path):
    picture = FIGURES["prices"](study)
    csv = save_figures({"prices": picture}, tmp_path)["prices"][2]
    again = pd.read_csv(csv)
    assert again["value"].to_numpy() == pytest.approx(picture.data["value"].to_numpy())
    assert list(again) == ["panel", "scenario", "month", "value", "low", "high"]
