"""The plain carrier is an ordinary Mesa model."""

import mesa
import numpy as np
import pytest

from sim import mesa_model
from sim.mesa_model import Company, ReviewBoard, Trader, TraderModel
from sim.model.row import states_of
from sim.model.world import OVERSTAYING, POSTED, VACANT
from sim.run import Replicate
from sim.scenario import load

MONTHS = 12


@pytest.fixture(scope="module")
def course():
    extra = ["cohort.posts=10", "cohort.companies=4"]
    return load("history", extra).first_months(MONTHS).course()


def life(model, months):
    """The savings of every trader, month by month."""
    seen = []
    for _ in range(months):
        model.step()
        seen.append([trader.savings for trader in model.traders])
    return seen


def test_everybody_is_among_the_model_s_agents(course):
    model = TraderModel(course)
    kinds = model.agents_by_type
    assert {kind.__name__: len(agents) for kind, agents in kinds.items()} == {
        "CentralPlanner": 1,
        "ReviewBoard": 1,
        "Company": 4,
        "Trader": 10,
    }
    assert isinstance(model, mesa.Model)
    assert all(isinstance(agent, mesa.Agent) and agent.model is model for agent in model.agents)
    assert len({agent.unique_id for agent in model.agents}) == 16


def test_an_agent_owns_every_declared_memory(course):
    for agent in TraderModel(course).agents:
        owned = vars(agent)
        for entry in states_of(agent.noun):
            assert type(owned[entry.name]).__name__ == entry.kind


def test_mesa_s_agent_sets_work(course):
    model = TraderModel(course)
    model.step()
    posted = model.agents.select(lambda each: isinstance(each, Trader) and each.status == POSTED)
    assert posted.agg("orders", sum) > 0
    assert set(posted.get("at_work")) == {1}


def test_the_data_collector_collects(course):
    model = TraderModel(course)
    collector = mesa.DataCollector(
        model_reporters={
            "abroad": lambda model: sum(each.status != VACANT for each in model.traders),
            "treasury": lambda model: model.planner.treasury,
        },
        agenttype_reporters={Trader: {"savings": "savings"}, Company: {"capital": "capital"}},
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    table = collector.get_model_vars_dataframe()
    assert table["abroad"].between(1, 10).all()
    assert table["treasury"].iloc[-1] == model.planner.treasury
    assert table["treasury"].is_unique
    traders = collector.get_agenttype_vars_dataframe(Trader)
    assert len(traders) == 30
    last = traders["savings"].to_numpy()[-10:]
    assert last.tolist() == [trader.savings for trader in model.traders]


def test_agents_are_grouped_and_added_up(course):
    model = TraderModel(course)
    model.step()
    traders = model.agents_by_type[Trader]
    by_good = traders.groupby("good")
    assert sum(by_good.count().values()) == 10
    sums = by_good.agg("savings", sum)
    whole = sum(sums.values())
    assert whole == pytest.approx(sum(trader.savings for trader in model.traders))
    richest = traders.select(at_most=3).sort("savings", ascending=False)
    assert [each.savings for each in richest] == sorted(richest.get("savings"), reverse=True)


class Watched(TraderModel):
    """A model as Mesa's batch runner wants one: made of plain values, collecting as it goes.

    ``rng`` is what Mesa 3.5 hands over; luck here is that of seed and replicate."""

    def __init__(self, surveillance=0.2, replicate=0, rng=None):
        asked = load("history", ["cohort.posts=10", "cohort.companies=4"]).first_months(6)
        super().__init__(asked.with_(levers={"surveillance": surveillance}).course(), 1, replicate)
        self.datacollector = mesa.DataCollector({"treasury": lambda model: model.planner.treasury})

    def step(self):
        """A month, and what it came to."""
        super().step()
        self.datacollector.collect(self)


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run")
def test_mesa_s_batch_runner_runs_it_to_its_end():
    asked = {"surveillance": [0.1, 0.9], "replicate": [0, 1]}
    found = mesa.batch_run(Watched, asked, max_steps=100, display_progress=False)
    assert len(found) == 4
    for row in found:
        model = Watched(row["surveillance"], row["replicate"])
        while model.running:
            model.step()
        assert model.months_lived == 6
        assert row["treasury"] == model.planner.treasury
    assert len({row["treasury"] for row in found}) == 4


def test_it_does_not_run_on_beyond_its_last_month(course):
    model = TraderModel(course)
    assert model.running
    life(model, MONTHS)
    assert not model.running
    with pytest.raises(ValueError, match="history is lived to its end, 2023-12"):
        model.step()


def test_a_step_is_one_month(course):
    model = TraderModel(course)
    assert model.months_lived == 0
    first = model.world().today
    model.step()
    model.step()
    assert model.months_lived == 2
    assert model.steps == 2
    assert (first.month, model.world().today.month) == (0, 2)
    assert {trader.months_posted >= 2 for trader in model.traders if trader.occupant == 0} == {True}


def test_it_lives_to_the_last_month(course):
    model = TraderModel(course)
    assert len(life(model, MONTHS)) == MONTHS
    assert {trader.status for trader in model.traders} <= {VACANT, POSTED, OVERSTAYING}


def test_the_same_seed_is_the_same_life_and_another_is_not(course):
    lived = life(TraderModel(course, seed=7), 6)
    assert life(TraderModel(course, seed=7), 6) == lived
    assert life(TraderModel(course, seed=8), 6) != lived
    assert life(TraderModel(course, seed=7, replicate=1), 6) != lived


def test_mesa_s_own_chance_decides_nothing(course):
    model = TraderModel(course, seed=7)
    model.random.seed(99)
    model.rng.random(5)
    model.agents.shuffle(inplace=True)
    assert life(model, 6) == life(TraderModel(course, seed=7), 6)


def test_it_lives_as_the_rows_do(course):
    model, rows = TraderModel(course, seed=5, replicate=3), Replicate(course, 5, 3)
    for _ in range(MONTHS):
        model.step()
        rows.live()
        for entry in states_of(Trader.noun):
            mine = np.array([getattr(trader, entry.name) for trader in model.traders])
            assert mine.tobytes() == rows.world.traders[entry.name].tobytes(), entry.name


class Smuggler(Trader):
    """Keeps what he has: his savings never fall."""

    @property
    def savings(self):
        return self.purse

    @savings.setter
    def savings(self, amount):
        self.purse = max(amount, getattr(self, "purse", 0.0))


class Diary(ReviewBoard):
    """Counts what it is asked to remember."""

    changes = 0

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        type(self).changes += 1


def test_a_subclass_takes_part_in_the_month(course):
    model = TraderModel(course, seed=2, trader=Smuggler, board=Diary)
    assert {type(trader) for trader in model.traders} == {Smuggler}
    assert len(model.agents_by_type[Smuggler]) == 10
    lived = life(model, 6)
    assert all((np.diff(lived, axis=0) >= 0).ravel())
    assert lived != life(TraderModel(course, seed=2), 6)
    assert Diary.changes > 12


def test_an_agent_of_one_s_own_starts_at_the_declared_defaults():
    trader = Trader(mesa.Model(), savings=5.0)
    assert (trader.savings, trader.quota_factor, trader.status) == (5.0, 1, VACANT)
    with pytest.raises(TypeError, match="Trader has no hair"):
        Trader(mesa.Model(), hair=1)


def test_the_module_says_what_to_import():
    for name in ("Trader", "CentralPlanner", "Company", "ReviewBoard", "TraderModel"):
        assert getattr(mesa_model, name).__doc__
