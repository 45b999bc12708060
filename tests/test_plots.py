"""The figures: what they are drawn from, that nothing breaks them, and the same bytes each time."""

import dataclasses
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.drawing import assumption
from sim.plots import FIGURES, save_figure, svg_bytes
from tests.studies import made_study

pytestmark = pytest.mark.filterwarnings("error")
LEVELS = {
    "savings_median": 9000.0, "savings_p10": 2000.0, "savings_p90": 20000.0, "spent_share": 0.3,
    "quota_from_savings_share": 0.2, "repatriation_rate": 0.7, "nominal_price": 0.9,
    "quality_adjusted_price": 1.05, "remittance_usd": 1500.0, "procurement_saving_usd": 50.0,
}  # fmt: skip


def make_study(scenarios=2, replicates=4, months=36, change="2024-07", noise=1.0, titles=None):
    """A made-up study: scenarios share their luck and part at the change."""
    names = [f"scenario_{k}" for k in range(scenarios)]
    calendar = [f"{2023 + m // 12}-{m % 12 + 1:02d}" for m in range(months)]
    after = np.array([month >= change for month in calendar], dtype=float)
    monthly, postings = [], []
    for k, name in enumerate(names):
        for replicate in range(replicates):
            rng = np.random.default_rng(replicate)
            luck = 1 + 0.05 * noise * rng.normal(size=months)
            columns = {key: level * luck * (1 + 0.1 * k * after) for key, level in LEVELS.items()}
            columns["repatriation_rate__weight"] = np.full(months, 5.0)
            key = {"scenario": name, "replicate": replicate}
            monthly.append(pd.DataFrame({**key, "month": calendar, **columns}))
            ends = {c: rng.integers(0, 2 * months, 60).astype(float) for c in ("spent", "ended")}
            ends = {c: np.where(v < months, v, np.nan) for c, v in ends.items()}
            fixed = {"post": range(60), "began": -3.0, "missed": np.nan, "how": "home"}
            postings.append(pd.DataFrame({**key, **fixed, **ends}))
    table = pd.concat(monthly, ignore_index=True)
    labels = {n: SimpleNamespace(name=n, label=n, unit="USD", meaning=n) for n in LEVELS}
    return made_study(
        table, pd.concat(postings, ignore_index=True),
        titles or {name: f"Scenario {k}" for k, name in enumerate(names)}, labels,
        change_month=change if scenarios > 1 else None, last_data_month="2023-12",
        made_up_months=["2023-06"],
    )  # fmt: skip


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


def with_postings(study, rows):
    columns = ["scenario", "replicate", "post", "began", "spent", "ended"]
    table = pd.DataFrame(rows, columns=columns).assign(missed=np.nan, how="home")
    return study.with_rows(table)


def words(picture):
    texts = [text.get_text() for ax in picture.axes for text in ax.texts]
    return "\n".join(texts + [text.get_text() for text in picture.texts])


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("scenarios", [1, 2, 3, 4])
def test_every_figure_is_drawn_and_saved(name, scenarios, tmp_path):
    picture = FIGURES[name](make_study(scenarios))
    if scenarios in (1, 4):
        paths = save_figure(name, picture, picture.data, tmp_path / "figures")
        assert [path.suffix for path in paths] == [".svg", ".png", ".csv"]
        assert all(path.stat().st_size > 500 for path in paths)
    assert set(picture.data["scenario"]) == {f"scenario_{k}" for k in range(scenarios)}
    assert ("policy change" in words(picture)) == (scenarios > 1)
    assert "customs data" in words(picture)
    assert "replicates, seed 1" in words(picture)
    assert picture.get_figwidth() == 9
    assert picture.title and picture.caption and picture.alt


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_study_gives_the_same_bytes(name, study, tmp_path):
    for folder in ("a", "b"):
        picture = FIGURES[name](study)
        save_figure(name, picture, picture.data, tmp_path / folder)
    for ending in ("svg", "png", "csv"):
        first, second = (tmp_path / folder / f"{name}.{ending}" for folder in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()
    assert b"<dc:date>" not in (tmp_path / "a" / f"{name}.svg").read_bytes()


def test_the_reader_s_own_matplotlib_settings_do_not_matter(study, tmp_path):
    import matplotlib

    picture = FIGURES["prices"](study)
    plain = save_figure("a", picture, picture.data, tmp_path)[1].read_bytes()
    with matplotlib.rc_context({"font.size": 20, "savefig.bbox": "tight"}):
        picture = FIGURES["prices"](study)
        assert save_figure("b", picture, picture.data, tmp_path)[1].read_bytes() == plain


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("how", ["absent", "missing", "no postings", "one replicate", "still"])
def test_thin_data_is_drawn_without_a_warning(name, how, study):
    thin = {
        "absent": lambda: study.with_monthly(study.monthly.iloc[:, :3]),
        "missing": lambda: with_monthly(study, **dict.fromkeys(LEVELS, np.nan)),
        "no postings": lambda: study.with_rows(study.rows.iloc[:0]),
        "one replicate": lambda: make_study(replicates=1),
        "still": lambda: make_study(noise=0.0),
    }[how]()
    picture = FIGURES[name](thin)
    assert svg_bytes(picture)
    if how in ("absent", "missing"):
        assert "not measured in this run" in words(picture)


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


def test_savings_left_follows_those_in_post_with_savings_at_the_change():
    study = make_study(scenarios=2, replicates=1)  # the change is month 18 of 36
    nan = np.nan
    rows = [
        ("scenario_0", 0, 0, -5, 18, nan),  # spent in the first month after the change
        ("scenario_0", 0, 1, 2, nan, 20),  # left, with savings: censored after 3 months
        ("scenario_0", 0, 2, 2, 23, 23),  # spent, then left in the same month: counts as spent
        ("scenario_0", 0, 3, 2, nan, nan),  # still there at the end
        ("scenario_0", 0, 4, 2, 10, nan),  # spent before: not watched
        ("scenario_0", 0, 5, 2, nan, 17),  # gone before: not watched
        ("scenario_0", 0, 6, 18, 19, nan),  # came after: not watched
        ("scenario_0", 0, 7, 2, nan, 18),  # left in the first month: watched for it
    ]
    picture = FIGURES["savings_spent"](with_postings(study, rows))
    left = picture.data[picture.data["panel"].str.startswith("Savings left")]
    survival = left[left["scenario"] == "scenario_0"].set_index("month")["value"]
    assert survival.loc[[0, 1, 5, 6, 18]].tolist() == pytest.approx([1, 0.8, 0.8, 0.4, 0.4])
    assert "Of 5 / 0 then in post with savings; censored" in words(picture)


def test_csv_holds_what_is_drawn(study, tmp_path):
    picture = FIGURES["prices"](study)
    csv = save_figure("prices", picture, picture.data, tmp_path)[2]
    again = pd.read_csv(csv)
    assert again["value"].to_numpy() == pytest.approx(picture.data["value"].to_numpy())
    assert list(again) == ["panel", "scenario", "month", "value", "low", "high"]


def test_all_figures_are_drawn_and_saved_in_good_time(tmp_path):
    study = make_study(replicates=50, months=84)
    start = time.perf_counter()
    for name, draw in FIGURES.items():
        picture = draw(study)
        save_figure(name, picture, picture.data, tmp_path)
    assert time.perf_counter() - start < 15  # 2–3 s when the machine is idle
