"""Values that are fine each by itself and cannot hold together."""

import pytest

from sim.model.settings import PARTS_OF_ONE
from sim.scenario import ScenarioError, load, shipped
from sim.setting_values import SETTINGS

YEAR = "months: {from: 2024-01, to: 2024-12}\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes scenario files into an empty current folder, by name and text."""
    monkeypatch.chdir(tmp_path)

    def write_files(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    return write_files


def problems(sets=()):
    with pytest.raises(ScenarioError) as caught:
        load("mine.yaml", sets)
    return [str(each) for each in caught.value.problems]


# ------------------------------------------------------------------------- parts of one whole


@pytest.mark.parametrize(("drawer", "names"), PARTS_OF_ONE)
def test_parts_of_one_whole_may_not_exceed_it(write, drawer, names):
    values = ", ".join(f"{name}: 0.6" for name in names)
    write(mine=f"{YEAR}{drawer}: {{{values}}}")
    (told,) = problems()
    assert told.startswith("mine.yaml:2:") and f": {drawer}.{names[-1]}: " in told
    assert f"{names[0]} 0.6 and {names[1]} 0.6 make 1.2 in 2024-01; they are parts of" in told


@pytest.mark.parametrize(("drawer", "names"), PARTS_OF_ONE)
def test_parts_may_fill_the_whole(write, drawer, names):
    values = ", ".join(f"{name}: {value}" for name, value in zip(names, (0.7, 0.3), strict=True))
    write(mine=f"{YEAR}{drawer}: {{{values}}}")
    assert load("mine.yaml")


@pytest.mark.parametrize(("drawer", "names"), PARTS_OF_ONE)
def test_the_declared_parts_are_shares_whose_defaults_fit(drawer, names):
    entries = [SETTINGS[drawer][name] for name in names]
    assert sum(entry.default for entry in entries) <= 1
    assert all((entry.low, entry.high, entry.unit) == (0, 1, "share") for entry in entries)


def test_one_month_above_one_is_enough_and_is_named(write):
    change = "{from: 2024-05, until: 2024-05, levers: {company_margin_share: 0.9}}"
    write(mine=f"{YEAR}levers: {{margin_retention: 0.2}}\ntimeline: [{change}]")
    (told,) = problems()
    assert told.startswith("mine.yaml:3:75: levers.company_margin_share: ")
    assert "make 1.1 in 2024-05" in told


def test_the_month_in_which_a_phase_crosses_one_is_named(write):
    change = "{from: 2024-03, over_months: 8, levers: {margin_retention: 1}}"
    write(mine=f"{YEAR}levers: {{margin_retention: 0.2}}\ntimeline: [{change}]")
    assert (
        "margin_retention 0.9 and company_margin_share 0.15 make 1.05 in 2024-09" in problems()[0]
    )


def test_a_file_and_its_base_may_contradict_each_other(write):
    write(base=f"{YEAR}cohort: {{tier_one_share: 0.6}}")
    write(mine="based_on: base\ncohort: {tier_two_share: 0.5}")
    (told,) = problems()
    assert told.startswith("mine.yaml:2:26: cohort.tier_two_share: tier_one_share 0.6 and")


def test_an_override_may_contradict_a_file_and_may_mend_it(write):
    write(mine=f"{YEAR}surroundings: {{banishment_share: 0.4}}")
    (told,) = problems(["surroundings.reeducation_share=0.7"])
    assert told.startswith("--set: surroundings.reeducation_share: reeducation_share 0.7 and")
    mended = ["surroundings.reeducation_share=0.7", "surroundings.banishment_share=0.1"]
    assert load("mine.yaml", mended)


def test_contradictions_and_bad_overrides_are_told_together(write):
    write(mine=YEAR)
    found = problems(["cohort.tier_one_share=0.8", "levers.quota_usd=-1"])
    assert [told.split(": ")[1] for told in found] == ["levers.quota_usd", "cohort.tier_one_share"]


# --------------------------------------------------------------------------- overlapping changes


def timeline(*changes):
    return YEAR + "timeline:\n" + "".join(f"  - {{{change}}}\n" for change in changes)


@pytest.mark.parametrize("more", ["", "until: 2024-06, ", "over_months: 3, "])
def test_two_changes_of_a_setting_in_the_same_month_are_refused(write, more):
    write(
        mine=timeline(
            "from: 2024-05, levers: {quota_usd: 1, surveillance: 0.9}",
            "from: 2024-07, levers: {surveillance: 0.1}",
            f"{more}from: 2024-05, levers: {{levy_usd: 1, surveillance: 0.6}}",
        )
    )
    (told,) = problems()
    assert told == (
        f"mine.yaml:5:{len(more) + 43}: timeline[2].levers.surveillance: changes in 2024-05 at "
        "mine.yaml:3:44 too, and which holds is unclear; keep one, or let one begin in another "
        "month"
    )


def test_a_phase_that_begins_within_another_is_refused(write):
    write(
        mine=timeline(
            "from: 2024-04, over_months: 2, levers: {surveillance: 0.2}",
            "from: 2024-01, over_months: 4, levers: {surveillance: 0.8}",
        )
    )
    (told,) = problems()
    assert told == (
        "mine.yaml:3:46: timeline[0].levers.surveillance: is phased in while the change at "
        "mine.yaml:4:46 still is, until 2024-04; let it begin after that"
    )


@pytest.mark.parametrize(
    "changes",
    [
        ("from: 2024-05, over_months: 4, levers: {surveillance: 0.8}",
         "from: 2024-01, over_months: 4, levers: {surveillance: 0.2}"),  # the first is done
        ("from: 2024-01, over_months: 9, until: 2024-02, levers: {surveillance: 0.8}",
         "from: 2024-03, over_months: 4, levers: {surveillance: 0.2}"),  # cut short before
        ("from: 2024-01, over_months: 4, levers: {surveillance: 0.8}",
         "from: 2024-02, levers: {surveillance: 0.2}"),  # a clear end to the phase
        ("from: 2024-01, until: 2024-08, levers: {surveillance: 0.8}",
         "from: 2024-02, until: 2024-03, levers: {surveillance: 0.2}"),  # one within the other
        ("from: 2024-01, levers: {surveillance: 0.8}", "from: 2024-01, levers: {quota_usd: 2}"),
        ("from: 2024-01, over_months: 9, levers: {autonomy_tiers: 0}",
         "from: 2024-02, over_months: 9, levers: {autonomy_tiers: 3}"),  # whole: no phase
    ],
)  # fmt: skip
def test_changes_whose_order_is_clear_are_fine(write, changes):
    write(mine=timeline(*changes))
    assert load("mine.yaml")


def test_changes_in_different_files_are_never_unclear(write):
    write(base=timeline("from: 2024-05, levers: {surveillance: 0.9}"))
    write(mine="based_on: base\ntimeline: [{from: 2024-05, levers: {surveillance: 0.6}}]")
    assert load("mine.yaml")


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_contradict_nothing(name):
    assert load(name)
