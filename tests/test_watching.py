"""Functions called every month: the same view of rows and of agents, numbers that become outcomes,
an end on demand; and a failing rule that is named."""

import json
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest

from sim import cli, run
from sim.compare import study
from sim.contrast import effects
from sim.ensemble import AnalyserError, Cancelled, Diary, Watching, one_replicate, run_ensemble
from sim.mesa_model import TraderModel
from sim.model.month import month
from sim.model.row import rule
from sim.model.world import POSTED
from sim.run import Replicate, RuleFault, compile_month
from sim.scenario import load
from sim.view import View
from tests.variants import without

SMALL = ("cohort.posts=40", "cohort.companies=4")


@pytest.fixture(scope="module")
def scenarios():
    return [load(name, SMALL).first_months(48) for name in ("tight_control", "restored_autonomy")]


def savings(view):
    at_work = view.traders.status == POSTED
    return {
        "total_savings": view.traders.savings.sum(),
        "rich": np.count_nonzero(at_work & (view.traders.savings > 50_000)),
        "watching": view.planner.surveillance,
        "levy": view.levers.levy_usd if view.month.endswith("-10") else float("nan"),
    }


# ---------------------------------------------------------------------------------------- the view


def test_a_view_is_the_same_over_rows_and_over_agents(scenarios):
    course = scenarios[0].course()
    rows, model = Replicate(course, 2, 0), TraderModel(course, 2)
    for step in range(6):
        rows.live()
        model.step()
        one, other = View(rows.world, course, step), model.view()
        assert one.month == other.month == course.months[step]
        for kind in ("traders", "companies", "goods", "contacts"):
            for name in getattr(rows.world, kind).dtype.names:
                mine, theirs = (getattr(getattr(each, kind), name) for each in (one, other))
                assert np.array_equal(mine, theirs), (kind, name)
                assert mine.dtype == theirs.dtype and not mine.flags.writeable
        for kind in ("planner", "board", "outside", "levers", "surroundings", "cohort", "today"):
            seen, theirs = getattr(one, kind), getattr(other, kind)
            for name in seen._actors.dtype.names:
                assert getattr(seen, name) == getattr(theirs, name)
                assert type(getattr(seen, name)) in (int, float)
        assert savings(one).keys() == savings(other).keys()


def test_a_view_is_for_looking_only_and_knows_its_fields(scenarios):
    course = scenarios[0].course()
    replicate = Replicate(course, 1, 0)
    replicate.live()
    view = View(replicate.world, course, 0)
    with pytest.raises(ValueError, match="read-only"):
        view.traders.savings[0] = 0.0
    for seen in (view, TraderModel(course).view()):
        with pytest.raises(AttributeError, match="no field 'saving' here"):
            seen.traders.saving  # noqa: B018


# ------------------------------------------------------------------------------------- analysers


def test_what_an_analyser_returns_becomes_outcomes(scenarios):
    result = study(scenarios, 4, seed=3, analysers=[savings])
    plain = study(scenarios, 4, seed=3)
    for name, table in plain.tables.items():
        assert np.array_equal(result.tables[name][:, : table.shape[1]], table, equal_nan=True)
    monthly = result.monthly.set_index(["scenario", "replicate", "month"])
    # the same, asked of a replicate lived by hand, and of agents
    course = scenarios[1].course()
    rows = Replicate(course, 3, 2)
    for at, when in enumerate(course.months):
        rows.live()
        told = savings(View(rows.world, course, at))
        kept = monthly.loc[("restored_autonomy", 2, when)]
        for name, value in told.items():
            assert kept[name] == value or np.isnan(kept[name]) and np.isnan(value), (name, when)
    table = effects(result).set_index("outcome")
    assert table.loc["total_savings", "replicates"] == 4
    assert table.loc["watching", "label"] == "watching"
    assert np.isfinite(table.loc["levy", "base_mean"]), "months without a number must drop out"


def test_agents_can_be_watched_too(scenarios):
    course = scenarios[0].course()
    model, rows, told = TraderModel(course, seed=4), Replicate(course, 4, 0), []
    model.after_month.append(lambda view: told.append(savings(view)))
    for step in range(5):
        model.step()
        rows.live()
        assert told[-1]["total_savings"] == rows.world.traders["savings"].sum()
        assert len(told) == step + 1


def test_several_analysers_share_their_numbers_out(scenarios):
    def posts(view):
        return {"posts": len(view.traders.status)}

    lived = one_replicate([scenarios[0].course()], 1, 0, Watching((savings, posts)))[0]
    assert list(lived.analysed) == ["total_savings", "rich", "watching", "levy", "posts"]
    assert (lived.analysed["posts"] == 40).all()


@pytest.mark.parametrize(
    ("analyser", "words"),
    [
        (lambda view: 3, "gave 3 in 2023-01; expected numbers by name"),
        (lambda view: {"word": "many"}, "expected numbers by name"),
        (lambda view: {view.month: 1}, "gave 2023-02 in 2023-02, but 2023-01 before"),
        (lambda view: view.traders.saving, "failed in 2023-01: AttributeError"),
        (lambda view: {"x": 1 / 0}, "failed in 2023-01: ZeroDivisionError"),
    ],
)
def test_an_analyser_that_gives_no_numbers_is_told_so(scenarios, analyser, words):
    with pytest.raises(AnalyserError, match=words):
        study(scenarios[:1], 1, analysers=[analyser])


def test_an_analyser_may_not_take_the_name_of_an_outcome(scenarios):
    with pytest.raises(AnalyserError, match="'quality' is an outcome of the model already"):
        study(scenarios[:1], 1, analysers=[lambda view: {"quality": 1.0}])


# ------------------------------------------------------------------------------ progress and an end


def test_progress_is_told_and_an_end_can_be_called(scenarios):
    told, cancel = [], threading.Event()

    def tell(done):
        told.append(done)
        if done == 3:
            cancel.set()

    with pytest.raises(Cancelled):
        study(scenarios, 1000, progress=tell, cancel=cancel, jobs=2)
    assert told[:3] == [1, 2, 3] and len(told) < 20


def test_a_large_world_ends_within_a_stretch_of_months():
    """Not only between replicates: one replicate of a large world is many stretches."""
    scenario = load("tight_control", ["cohort.posts=30000", "cohort.companies=300"])
    cancel, months = threading.Event(), []

    def watch(view):
        months.append(view.month)
        cancel.set()
        return {}

    with pytest.raises(Cancelled):
        study([scenario], 1, analysers=[watch], cancel=cancel)
    assert len(months) < 5


def test_whoever_stops_taking_replicates_does_not_wait_for_large_ones_to_end():
    """As after Ctrl-C: what threads still live is given up after the month they are in."""
    small = load("tight_control", SMALL).first_months(1).course()
    large = load("tight_control", ["cohort.posts=70000"]).course()
    months = threading.Semaphore(0)

    def watch(view):
        months.release()
        return {}

    def numbers():
        yield from range(2)
        months.acquire()  # one of them lives
        raise KeyboardInterrupt

    list(run_ensemble([small], range(1), 1))  # compiled before time is taken
    began = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        list(run_ensemble([large], numbers(), 1, jobs=1, watching=Watching((watch,))))
    lived = 1
    while months.acquire(blocking=False):
        lived += 1
    assert lived < 5 and time.perf_counter() - began < 10


# ------------------------------------------------------------------------------------------- faults


@rule
def settle_and_stumble(trader, planner):
    amount = min(trader.arrears, trader.savings)
    trader.arrears -= amount
    if trader.months_posted == 30 and trader.company == 2:
        trader.arrears = amount / (trader.arrears - trader.arrears)


def test_an_error_in_compiled_code_names_rule_actor_and_month(scenarios):
    course = scenarios[0].course()
    changed = without(month, settle_arrears=settle_and_stumble)
    replicate = Replicate(course, 1, 5, month=compile_month(changed))
    with pytest.raises(RuleFault) as told:
        Diary(Watching()).live(replicate, len(course.months))
    # by hand, in the plain carrier
    model = TraderModel(course, 1, 5, live_month=changed)
    with pytest.raises(ZeroDivisionError):
        for _ in course.months:
            model.step()
    post = next(
        at for at, trader in enumerate(model.traders)
        if trader.company == 2 and trader.months_posted == 30
    )  # fmt: skip
    assert str(told.value) == (
        f"tight_control, replicate 5, {course.months[model.months_lived]}: "
        f"rule settle_and_stumble failed for post {post}: float division by zero"
    )


@pytest.fixture
def failing_now_and_then(monkeypatch):
    """The model with a rule that fails where somebody of company 2 has been posted for long."""
    changed = compile_month(without(month, settle_arrears=settle_and_stumble))
    monkeypatch.setattr(run.Replicate.__init__, "__defaults__", (changed,))


def stumbling(words=()):
    return [
        load(name, ["cohort.posts=6", "cohort.companies=4", *words]).first_months(48)
        for name in ("tight_control", "restored_autonomy")
    ]


def test_a_replicate_that_fails_is_a_row_and_the_rest_goes_on(failing_now_and_then, monkeypatch):
    result = study(stumbling(), 12, seed=3, analysers=[savings])
    failed = result.failures
    assert 0 < len(failed) < 24 and set(failed["seed"]) == {3}
    assert failed["message"].str.contains("rule settle_and_stumble failed for post 2").all()
    assert failed["traceback"].str.contains("ZeroDivisionError").all()
    status = result.replicates.set_index(["scenario", "replicate"])["status"]
    assert (status == "failed").sum() == len(failed)
    assert (
        status.loc[[*zip(failed["scenario"], failed["replicate"], strict=True)]] == "failed"
    ).all()
    monkeypatch.undo()
    whole = study(stumbling(), 12, seed=3, analysers=[savings])
    assert whole.failures.empty
    for name, values in whole.end_values.items():
        fine = [number for number in range(12) if status[name, number] == "ok"]
        assert np.array_equal(result.end_values[name][fine], values[fine], equal_nan=True)
        bad = [number for number in range(12) if status[name, number] == "failed"]
        assert np.isnan(result.end_values[name][bad]).all()
    both_fine = sum(
        status["tight_control", number] == status["restored_autonomy", number] == "ok"
        for number in range(12)
    )
    table = effects(result).set_index("outcome")
    assert table.loc["savings_median", "replicates"] == both_fine
    assert table.loc["total_savings", "replicates"] == both_fine


def test_fail_fast_ends_at_the_first(failing_now_and_then):
    with pytest.raises(RuleFault, match="settle_and_stumble"):
        study(stumbling(), 12, seed=3, fail_fast=True)


def call(monkeypatch, capsys, words):
    monkeypatch.setattr(sys, "argv", ["trader-sim", *words.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    return ended.value.code, told.out, told.err


FEW = "--posts 6 --months 48 --set cohort.companies=4 --seed 3 --no-progress -q"


def test_the_command_lists_failures_and_ends_with_code_1(
    failing_now_and_then, monkeypatch, capsys, tmp_path
):
    code, _, err = call(
        monkeypatch, capsys, f"run tight_control -n 12 {FEW} -o {tmp_path / 'out'} --csv"
    )
    assert code == 1 and "of 12 replicates failed and are left out; the first:" in err
    assert "rule settle_and_stumble failed for post 2" in err and "Traceback" not in err
    failed = pd.read_csv(tmp_path / "out" / "failures.csv")
    rows = pd.read_csv(tmp_path / "out" / "replicates.csv")
    assert (rows["status"] == "failed").sum() == len(failed) > 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [each["replicate"] for each in manifest["failures"]] == failed["replicate"].tolist()
    report = (tmp_path / "out" / "report.html").read_text()
    assert "not finish and " in report


def test_fail_fast_ends_the_command_in_one_sentence_with_code_1(
    failing_now_and_then, monkeypatch, capsys, tmp_path
):
    words = f"run tight_control -n 12 {FEW} -o {tmp_path / 'out'} --fail-fast"
    code, _, err = call(monkeypatch, capsys, words)
    assert code == 1 and "rule settle_and_stumble failed for post 2" in err
    assert err.count("\n") == 1 and not (tmp_path / "out").exists()


def test_where_every_replicate_fails_there_is_still_a_result(monkeypatch, capsys, tmp_path):
    @rule
    def always(trader, planner):
        trader.arrears = 1.0 / (trader.arrears - trader.arrears)

    changed = compile_month(without(month, settle_arrears=always))
    monkeypatch.setattr(run.Replicate.__init__, "__defaults__", (changed,))
    words = f"compare tight_control keep_margin -n 2 {FEW} -o {tmp_path / 'out'}"
    code, _, err = call(monkeypatch, capsys, words)
    assert code == 1 and "4 of 4 replicates failed" in err
    assert (tmp_path / "out" / "report.html").exists()
