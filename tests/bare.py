"""A bare scenario (nothing but its months and what is overridden), lived by agents or by rows."""

from sim.history import ACTORS, History
from sim.mesa_model import TraderModel
from sim.model.month import month
from sim.run import Replicate
from sim.scenario import Scenario, month_range


def bare_course(*overrides, months=("2023-01", "2026-12"), series=None, given=()):
    """A course with every setting at its default but those given, as files give them or as --set
    would have them."""
    nothing = Scenario("bare", "", "", (), month_range(*months), tuple(given), series)
    return nothing.with_settings(overrides).course()


def lived_by_agents(course, live_month=month, seed=1):
    """All that history keeps of a replicate of plain agents; and the purses, month by month."""
    model = TraderModel(course, seed=seed, live_month=live_month)
    history = History(0, len(course.months), model.fate.world)
    purses = []
    for step in range(history.length):
        model.step()
        history.keep(step, model)
        purses.append((model.planner.treasury, model.outside.balance))
    return history, purses


def lived_by_rows(course, seed=1):
    """All that history keeps of a replicate of rows, lived by the compiled month."""
    replicate = Replicate(course, seed, 0)
    history = History(0, len(course.months), replicate.world)
    replicate.live(history)
    return history


def bits(history):
    """Every kept field of every actor, to the last bit."""
    whole = {actor: history.tables[actor].tobytes() for actor in ACTORS}
    return whole | {"codes": history.codes.tobytes()}
