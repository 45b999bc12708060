"""A world put away and gone on with is the world that was never put away."""

import json
import zipfile

import numpy as np
import pytest

from sim.mesa_model import TraderModel
from sim.run import Replicate
from sim.scenario import load
from sim.snapshot import SnapshotError, load_world, save_world
from tests.laws.test_two_carriers import differences
from tests.worlds import ACTORS

SMALL = ("cohort.posts=40", "cohort.companies=4")


def course_of(name, *words):
    return load(name, [*SMALL, *words]).course()


@pytest.fixture(scope="module")
def tight():
    return course_of("tight_control")


def lived(course, months, seed=5, number=3):
    replicate = Replicate(course, seed, number)
    for _ in range(months):
        replicate.live()
    return replicate


def to_the_end(replicate):
    while replicate.month < len(replicate.course.months):
        replicate.live()
    return [getattr(replicate.world, actor).tobytes() for actor in ACTORS]


@pytest.mark.parametrize("months", [0, 1, 42, 84])
def test_saved_and_loaded_a_world_goes_on_as_if_nothing_had_been(tight, tmp_path, months):
    save_world(lived(tight, months), tmp_path / "world.npz")
    again = load_world(tmp_path / "world.npz", tight)
    assert again.month == months
    assert to_the_end(again) == to_the_end(lived(tight, months))


@pytest.mark.parametrize("future", ["restored_autonomy", "demand_collapse", "quota_relief"])
def test_futures_branch_from_a_saved_world_as_if_each_had_lived_its_own_past(
    tight, tmp_path, future
):
    """Bit for bit; they differ from 2026-07 on, the 43rd month."""
    other = course_of(future)
    save_world(lived(tight, 42), tmp_path / "world.npz")
    branched = load_world(tmp_path / "world.npz", other)
    assert to_the_end(branched) == to_the_end(Replicate(other, 5, 3))
    assert to_the_end(branched) != to_the_end(lived(tight, 42))


@pytest.mark.parametrize("first", ["rows", "agents"])
def test_either_carrier_saves_for_the_other(tight, tmp_path, first):
    rows, model = lived(tight, 10), TraderModel(tight, 5, 3)
    for _ in range(10):
        model.step()
    save_world(rows if first == "rows" else model, tmp_path / "world.npz")
    loaded = load_world(tmp_path / "world.npz", tight)
    agents = TraderModel.go_on(loaded)
    assert differences(agents, rows) == []
    for _ in range(10):
        agents.step()
        rows.live()
        loaded.live()
    assert differences(agents, rows) == [] and differences(agents, loaded) == []


def test_agents_go_on_with_subclasses_of_one_s_own(tight):
    from sim.mesa_model import Trader

    class Watched(Trader):
        pass

    model = TraderModel.go_on(lived(tight, 3), trader=Watched)
    model.step()
    assert {type(each) for each in model.traders} == {Watched}
    assert model.months_lived == 4


def test_a_world_that_went_on_leaves_the_one_it_came_from_alone(tight):
    replicate = lived(tight, 5)
    before = [getattr(replicate.world, actor).copy() for actor in ACTORS]
    TraderModel.go_on(replicate).step()
    after = [getattr(replicate.world, actor) for actor in ACTORS]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert replicate.month == 5


# ----------------------------------------------------------------------------------------- refusals


@pytest.fixture
def saved(tight, tmp_path):
    save_world(lived(tight, 50), tmp_path / "world.npz")
    return tmp_path / "world.npz"


def refused(path, course, words):
    with pytest.raises(SnapshotError) as told:
        load_world(path, course)
    assert words in str(told.value) and "\n" not in str(told.value)


def test_another_past_is_refused_and_the_difference_named(saved):
    refused(
        saved, course_of("restored_autonomy"),
        "has lived with levers.authority_share 0.05 in 2026-07, where restored_autonomy has",
    )  # fmt: skip
    refused(saved, course_of("tight_control", "cohort.posts=41"), "cohort.posts 40 on the first")
    short = load("tight_control", SMALL).first_months(49).course()
    refused(saved, short, "runs from 2023-01 to 2027-01 and cannot go on from there")


def test_nothing_is_overwritten(tight, saved):
    before = saved.read_bytes()
    with pytest.raises(SnapshotError, match="could not be written: File exists"):
        save_world(lived(tight, 1), saved)
    assert saved.read_bytes() == before
    with pytest.raises(SnapshotError, match="No such file or directory"):
        save_world(lived(tight, 1), saved.parent / "nowhere" / "world.npz")


def test_other_rules_are_refused(tight, saved, monkeypatch):
    monkeypatch.setattr("sim.snapshot.rules_hash", lambda: "others")
    refused(saved, tight, "was lived by other rules than these")


def rewritten(path, **tables):
    with np.load(path) as archive:
        kept = {name: archive[name] for name in archive.files} | tables
    other = path.with_name("other.npz")
    np.savez(other, **{name: table for name, table in kept.items() if table is not None})
    return other


def test_what_is_no_saved_world_is_refused(tight, saved, tmp_path):
    refused(tmp_path / "none.npz", tight, "No such file or directory")
    text = tmp_path / "text.npz"
    text.write_text("title: no world")
    refused(text, tight, "is no saved world")
    cut = tmp_path / "cut.npz"
    cut.write_bytes(saved.read_bytes()[:2000])
    refused(cut, tight, "is no saved world")
    refused(rewritten(saved, traders=None), tight, "lacks traders")
    refused(rewritten(saved, about=np.array(json.dumps({}))), tight, "lacks seed, replicate")
    refused(rewritten(saved, about=np.array("[]")), tight, "is no saved world")
    refused(rewritten(saved, goods=np.zeros(12)), tight, "its goods are of another kind")


def test_a_file_that_holds_code_is_never_run(tight, saved, tmp_path):
    """Pickled objects inside an archive are not unpacked."""

    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    other = tmp_path / "bomb.npz"
    with np.load(saved) as archive:
        kept = {name: archive[name] for name in archive.files}
    np.savez(other, **(kept | {"traders": np.array([Bomb()], object)}))
    (tmp_path / "ran").unlink(missing_ok=True)
    refused(other, tight, "is no saved world")
    assert not (tmp_path / "ran").exists()


def test_a_small_file_that_unpacks_to_more_than_any_world_is_refused(tight, tmp_path, monkeypatch):
    bomb = tmp_path / "bomb.npz"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("traders.npy", b"0" * 2_000_000)
    monkeypatch.setattr("sim.snapshot.LARGEST", 1_000_000)
    refused(bomb, tight, "is too large to be a saved world")
