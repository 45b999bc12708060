"""Scenarios differ by their policy and by nothing else: not by name, title, order or file."""

import numpy as np
import pytest

from sim.compare import study
from sim.contrast import effects
from sim.ensemble import one_replicate
from sim.outcomes import OUTCOMES
from sim.scenario import load, shipped_folder
from sim.setting_values import SETTINGS
from tests.worlds import EVERYTHING, as_words

SMALL = ["cohort.posts=60", "cohort.companies=6"]
TIGHT, FREE = "tight_control", "restored_autonomy"


def with_every_lever_of(scenario, other):
    """The scenario with each lever set, month by month, to what it is in the other."""
    texts = [
        f"levers.{name}@{month}={value:.17g}"
        for name in SETTINGS["levers"]
        for month, value in zip(other.months, other.path("levers", name), strict=True)
    ]
    return scenario.with_settings(texts)


def differences(scenarios, replicates=6, seed=1):
    """The table of effects, in order of outcome."""
    return effects(study(scenarios, replicates, seed, jobs=2)).set_index("outcome")


@pytest.mark.parametrize(("one", "other"), [(TIGHT, FREE), (FREE, TIGHT)])
@pytest.mark.parametrize("more", [[], as_words(EVERYTHING)], ids=["as shipped", "everything on"])
def test_with_equal_levers_every_difference_is_exactly_zero(one, other, more):
    """Tight control, every lever set to restored autonomy's path, is restored autonomy."""
    there = load(other, [*SMALL, *more])
    here = with_every_lever_of(load(one, [*SMALL, *more]), there)
    table = differences([here, there])
    assert set(table.index) == set(OUTCOMES)
    assert (table["difference"] == 0).all()
    assert (table["base_mean"] == table["other_mean"]).all()
    assert (table["p"] == 1).all()


@pytest.mark.parametrize("number", [0, 5])
def test_with_equal_levers_lives_are_equal_even_if_lived_apart(number):
    """Lived apart, so that equality does not come from living shared months once."""
    there, tight = (load(name, [*SMALL, *as_words(EVERYTHING)]) for name in (FREE, TIGHT))
    here = with_every_lever_of(tight, there)
    lives = [one_replicate([each.course()], 1, number)[0] for each in (here, there)]
    assert lives[0].outcomes.tobytes() == lives[1].outcomes.tobytes()
    assert lives[0].postings.tobytes() == lives[1].postings.tobytes()
    assert (lives[0].scenario, lives[1].scenario) == (TIGHT, FREE)


def test_shipped_scenarios_differ_in_levers_only():
    """Same months, same trade, same people, same nature: the comparison is one of policy."""
    here, there = load(TIGHT), load(FREE)
    assert here.months == there.months
    for drawer in ("surroundings", "cohort"):
        for name in SETTINGS[drawer]:
            assert np.array_equal(here.path(drawer, name), there.path(drawer, name)), name
    assert here.course().today.tobytes() == there.course().today.tobytes()
    moved = {
        name
        for name in SETTINGS["levers"]
        if not np.array_equal(here.path("levers", name), there.path("levers", name))
    }
    assert moved == {
        "authority_share", "online_lookup_share", "price_tolerance", "surveillance",
    }  # fmt: skip


@pytest.mark.parametrize("lever", sorted(SETTINGS["levers"]))
def test_one_lever_left_apart_is_what_the_difference_comes_from(lever):
    """Differences begin in the month in which the one lever begins to differ, never before."""
    short = ["levers.quota_usd=7000"] if "relief" in lever else []  # else nobody needs relief
    there = load(FREE, [*SMALL, *as_words(EVERYTHING), *short])
    entry = SETTINGS["levers"][lever]
    value = entry.low if there.path("levers", lever)[50] != entry.low else entry.high
    here = there.with_settings([f"levers.{lever}@2027-03={value}"])
    courses = [here.course(), there.course()]
    assert courses[0].first_difference(courses[1]) >= 50
    lives = [one_replicate([course], 1, 0)[0].outcomes for course in courses]
    assert np.array_equal(lives[0][:, :, :50], lives[1][:, :, :50], equal_nan=True)
    assert not np.array_equal(lives[0], lives[1], equal_nan=True), "this lever moves nothing"


def test_order_of_scenarios_changes_only_the_sign():
    one_way = differences([load(TIGHT, SMALL), load(FREE, SMALL)])
    other_way = differences([load(FREE, SMALL), load(TIGHT, SMALL)])
    assert_turned(one_way, other_way)


def test_scenarios_swapped_and_renamed_change_only_the_sign(tmp_path):
    """Each file holds the other's levers under the other's name and title: whatever looked at
    names instead of levers would keep its sign."""
    for source, target in ((TIGHT, FREE), (FREE, TIGHT)):
        text = (shipped_folder() / f"{source}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{target}.yaml").write_text(
            text.replace(load(source).title, load(target).title), encoding="utf-8"
        )
    (tmp_path / "history.yaml").write_bytes((shipped_folder() / "history.yaml").read_bytes())
    shipped = differences([load(TIGHT, SMALL), load(FREE, SMALL)])
    swapped = [load(str(tmp_path / f"{name}.yaml"), SMALL) for name in (TIGHT, FREE)]
    assert [each.name for each in swapped] == [TIGHT, FREE]
    assert swapped[0].title == load(TIGHT).title
    assert_turned(shipped, differences(swapped))


def test_a_title_a_description_and_a_file_s_name_change_nothing(tmp_path):
    (tmp_path / "history.yaml").write_bytes((shipped_folder() / "history.yaml").read_bytes())
    text = (shipped_folder() / f"{TIGHT}.yaml").read_text(encoding="utf-8")
    renamed = text.replace("title: Tight control", "title: Restored autonomy")
    (tmp_path / "free_for_all.yaml").write_text(renamed, encoding="utf-8")
    twin = load(str(tmp_path / "free_for_all.yaml"), SMALL)
    assert twin.title == "Restored autonomy"
    table = differences([load(TIGHT, SMALL), twin])
    assert (table["difference"] == 0).all()


def assert_turned(here, there):
    """Two tables of effects that differ only by which scenario is the base."""
    moved = here["difference"].abs() > 0
    assert moved.sum() > len(here) / 2, "almost nothing differs at all"
    assert here["difference"].equals(-there["difference"])
    assert here["base_mean"].equals(there["other_mean"])
    assert here["ci_low"].to_numpy() == pytest.approx(-there["ci_high"].to_numpy(), rel=1e-9)
    assert here["p"].to_numpy() == pytest.approx(there["p"].to_numpy(), rel=1e-9)
    chances = here["superiority"] + there["superiority"]
    assert chances.to_numpy() == pytest.approx(1.0, rel=1e-12)
