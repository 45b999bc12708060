"""A cluster: the same bytes as here, whoever dies; else a sentence, and soon.

Schedulers and workers are processes of their own on the loopback, started by the commands of
docs/how-to/cluster.md and ended with the test.
"""

import os
import pickle
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from sim import cli, cluster
from sim.audit import Imbalance
from sim.cluster import ClusterError, connected
from sim.compare import study
from sim.ensemble import AnalyserError, Cancelled, Watching, run_ensemble
from sim.request import Request
from sim.run import RuleFault
from sim.scenario import load
from sim.undertaking import to_resume, undertake
from sim.unfinished import kept

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "how-to" / "cluster.md").read_text(encoding="utf-8")
SCHEDULER, WORKER, COMPARE = (
    re.search(rf"^{start} .*$", GUIDE, re.MULTILINE).group()
    for start in ("dask scheduler", "dask worker", "trader-sim compare")
)
SMALL = ["cohort.posts=10", "cohort.companies=2"]


@pytest.fixture(autouse=True)
def within_two_minutes():
    """Whatever waits too long is a failure, and no test run that stands still."""

    def too_long(*_):
        raise AssertionError("this took more than two minutes")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machines:
    """A scheduler and workers, as processes, by the commands of the guide."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.running = []

    def here(self, command):
        """A command of the guide for this machine."""
        command = command.replace("10.0.0.5:8786", f"127.0.0.1:{self.port}")
        return command.replace("10.0.0.5", "127.0.0.1").replace("8786", str(self.port))

    def start(self, command, first_words, **environment):
        """Start a process and wait until it says that it is connected."""
        words = [sys.executable, "-m", *shlex.split(command)]
        name = f"{len(self.running)}.log"
        environment = os.environ | {"DASK_TEMPORARY_DIRECTORY": str(self.scratch)} | environment
        with (self.scratch / name).open("w") as log:
            process = subprocess.Popen(
                words, cwd=self.scratch, env=environment, stdout=log, stderr=log
            )
        self.running.append(process)
        until = time.monotonic() + 30
        while first_words not in (told := (self.scratch / name).read_text()):
            assert process.poll() is None and time.monotonic() < until, told
            time.sleep(0.05)
        return process

    def scheduler(self, **environment):
        return self.start(self.here(SCHEDULER), "Scheduler at:", **environment)

    def worker(self, **environment):
        command = self.here(WORKER).replace("--nthreads 8", "--nthreads 1")
        more = f" --no-nanny --host 127.0.0.1 --local-directory {self.scratch}"
        return self.start(command + more, "Registered to:", **environment)

    def end(self):
        for process in self.running:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(timeout=10)


def needs_distributed():
    pytest.importorskip("distributed", reason="distributed is not installed: extra `cluster`")


@pytest.fixture
def machines(tmp_path):
    """None started as yet."""
    needs_distributed()
    scratch = tmp_path / "machines"
    scratch.mkdir()
    machines = Machines(scratch)
    try:
        yield machines
    finally:
        machines.end()


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    """A scheduler and two workers that no test kills."""
    needs_distributed()
    machines = Machines(tmp_path_factory.mktemp("machines"))
    try:
        machines.scheduler()
        machines.worker()
        machines.worker()
        yield machines
    finally:
        machines.end()


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Runs the command in this process in an empty folder: code, output, errors."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def main(*words):
        monkeypatch.setattr(sys, "argv", ["trader-sim", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        told = capsys.readouterr()
        return caught.value.code, told.out, told.err

    return main


@pytest.fixture
def refused(call):
    """Runs the command, which must end in code 2 and one sentence, with nothing written."""

    def run(*words):
        code, out, err = call("run", "history", "-n", "2", *words)
        assert (code, out) == (2, ""), err
        assert list(Path().iterdir()) == []
        (told,) = err.splitlines()
        return told

    return run


@pytest.fixture(scope="module")
def pair():
    return [load(name, SMALL) for name in ("tight_control", "restored_autonomy")]


def as_bytes(result):
    return [
        table.to_csv().encode() for table in (result.monthly, result.replicates, result.postings)
    ]


def after(replicates, act):
    """A ``progress`` that acts once, after so many replicates."""
    return lambda done: act() if done == replicates else None


# ------------------------------------------------------------------------------- the same result


def test_the_commands_of_the_guide_write_the_same_bytes(two_workers, call):
    small = ["-n", "3", "--posts", "10", "--set", "cohort.companies=2", "-q"]
    words = shlex.split(two_workers.here(COMPARE))[1:]
    assert call(*words, *small, "-o", "there") == (0, "", "")
    assert call(*words[:3], *small, "-o", "local", "-j", "1") == (0, "", "")
    files = {each.relative_to("local") for each in Path("local").rglob("*") if each.is_file()}
    assert files == {
        each.relative_to("there") for each in Path("there").rglob("*") if each.is_file()
    }
    differ = {
        str(each)
        for each in files
        if (Path("local") / each).read_bytes() != (Path("there") / each).read_bytes()
    }
    told = {"manifest.json", "report.html", "report.md"}
    assert differ <= told, "they hold the command itself, and the time"


STUDY = """
scenario: restored_autonomy
vary: {surroundings.salary_usd: [400, 900]}
posts: 10
replicates: 3
sweep: {quantities: [{outcome: savings_median}]}
"""


def test_points_of_a_study_come_out_the_same_on_a_cluster(two_workers, call):
    Path("trial.yaml").write_text(STUDY, encoding="utf-8")
    assert call("sweep", "trial.yaml", "-o", "here", "-q")[0] == 0
    told = call("sweep", "trial.yaml", "-o", "there", "-q", "--cluster", two_workers.address)
    assert told == (0, "", "")
    assert Path("here/points.csv").read_bytes() == Path("there/points.csv").read_bytes()


def test_a_worker_killed_in_mid_study_changes_nothing(machines, pair):
    machines.scheduler()
    machines.worker()
    doomed = machines.worker()
    with connected(machines.address) as there:
        assert there.threads == 2
        lived = study(pair, 24, executor=there, progress=after(4, doomed.kill))
        there.look()
        assert there.threads == 1
    assert doomed.wait(timeout=10) == -signal.SIGKILL
    assert as_bytes(lived) == as_bytes(study(pair, 24, jobs=1))


def test_analysers_travel_and_their_errors_come_back(two_workers, pair):
    def rich(view):
        return {"rich": (view.traders.savings > 20_000).sum()}

    def wrong(view):
        return "no numbers"

    with connected(two_workers.address) as there:
        lived = study(pair, 3, executor=there, analysers=[rich])
        assert as_bytes(lived) == as_bytes(study(pair, 3, analysers=[rich]))
        with pytest.raises(AnalyserError, match="analyser wrong gave 'no numbers'"):
            study(pair, 3, executor=there, analysers=[wrong])


@pytest.mark.parametrize("error", [RuleFault("a rule", "a trace"), Imbalance("money is gone")])
def test_errors_of_the_model_travel_whole(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.__dict__) == (str(error), error.__dict__)


def test_a_study_on_a_cluster_can_be_cancelled(two_workers, pair):
    cancel, done = threading.Event(), []

    def progress(number):
        done.append(number)
        cancel.set()

    with connected(two_workers.address) as there, pytest.raises(Cancelled):
        study(pair, 1000, executor=there, cancel=cancel, progress=progress)
    assert done == [1]


# ------------------------------------------------------------------------------- any executor


class Counting(Executor):
    """Knows its threads, and counts what is asked of it."""

    threads = 1

    def __init__(self):
        self.submitted = 0

    def submit(self, act, /, *args, **more):
        self.submitted += 1
        self.sent = args
        future = Future()
        future.set_result(act(*args, **more))
        return future


def test_work_ahead_follows_the_threads_of_the_executor(pair):
    pool = Counting()
    lived = run_ensemble([pair[0].course()], range(100), 1, pool, jobs=50)
    for taken, (threads, submitted) in enumerate([(1, 5), (3, 14), (3, 15), (2, 15)], start=1):
        pool.threads = threads
        next(lived)
        assert pool.submitted == submitted, (taken, threads)


def test_an_event_is_not_sent(pair):
    pool, cancel = Counting(), threading.Event()
    lived = run_ensemble([pair[0].course()], range(9), 1, pool, watching=Watching(cancel=cancel))
    next(lived)
    assert pool.sent[-1] == Watching()
    cancel.set()
    with pytest.raises(Cancelled):
        next(lived)


# ------------------------------------------------------------------------------- lost


def test_a_scheduler_killed_in_mid_study_is_told_at_once(machines, pair):
    scheduler = machines.scheduler()
    machines.worker()
    killed = []

    def kill():
        killed.append(time.monotonic())
        scheduler.kill()

    told = f"^the scheduler at {machines.address} was lost before all was done$"
    with pytest.raises(ClusterError, match=told), connected(machines.address) as there:
        study(pair, 1000, executor=there, progress=after(3, kill))
    assert time.monotonic() - killed[0] < 10


def test_what_a_lost_scheduler_leaves_is_gone_on_with_here(machines, pair, tmp_path):
    machines_scheduler = machines.scheduler()
    machines.worker()
    request = Request(tuple(pair), 3, 30)
    undertake(request, tmp_path / "here")
    with pytest.raises(ClusterError, match="was lost"), connected(machines.address) as executor:
        undertake(
            request, tmp_path / "there", executor=executor,
            progress=after(6, machines_scheduler.kill),
        )  # fmt: skip
    had = kept(tmp_path / "there")
    assert 6 <= had < 30
    told = []
    undertake(to_resume(tmp_path / "there")[0], tmp_path / "there", progress=told.append)
    assert told[0] == had
    for name in ("monthly.parquet", "postings.parquet", "report.html"):
        one, two = (tmp_path / each / name for each in ("here", "there"))
        assert one.read_bytes() == two.read_bytes()


def test_a_scheduler_that_hangs_is_as_good_as_lost(machines, pair, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 1)
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    scheduler = machines.scheduler()
    machines.worker()
    hang = after(3, lambda: scheduler.send_signal(signal.SIGSTOP))
    with pytest.raises(ClusterError, match="was lost"), connected(machines.address) as there:
        study(pair, 1000, executor=there, progress=hang)


def test_without_workers_the_study_ends(machines, pair, monkeypatch, refused):
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 1)
    machines.scheduler()
    none = f"the scheduler at {machines.address} has had no worker for 1 seconds; start one with: "
    none += f"dask worker {machines.address}"
    assert refused("--cluster", machines.address) == f"--cluster: {none}"
    worker = machines.worker()
    with pytest.raises(ClusterError, match=none), connected(machines.address) as there:
        study(pair, 1000, executor=there, progress=after(3, worker.kill))


def test_work_that_kills_its_workers_is_given_up(machines):
    machines.scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    machines.worker()
    with (
        connected(machines.address) as there,
        pytest.raises(ClusterError, match="lost worker after worker over the same replicate"),
    ):
        there.submit(os._exit, 1).result()


@pytest.mark.parametrize("listens", [False, True])
def test_where_there_is_no_scheduler_nothing_is_begun(listens, refused, monkeypatch):
    """Nobody there, or somebody who says nothing."""
    needs_distributed()
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    with socket.socket() as somebody:
        if listens:
            somebody.bind(("127.0.0.1", int(address.rpartition(":")[2])))
            somebody.listen()
        started = time.monotonic()
        told = refused("--cluster", address)
        assert time.monotonic() - started < 8
    assert told == (f"--cluster: no scheduler answers at {address}; start one with: dask scheduler")


# ------------------------------------------------------------------------------- other code


def other_rules(folder):
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "sim" / "model" / "leaving.py").open("a") as rules:
        rules.write("# another rule\n")
    return "trader-sim of code"


def other_numba(folder):
    (folder / "numba-0.1.dist-info").mkdir(parents=True)
    (folder / "numba-0.1.dist-info" / "METADATA").write_text("Name: numba\nVersion: 0.1\n")
    return "numba 0.1"


@pytest.mark.parametrize("other", [other_rules, other_numba])
def test_a_worker_with_other_code_is_named(other, machines, refused, tmp_path):
    has = other(tmp_path / "other")
    machines.scheduler()
    machines.worker(PYTHONPATH=str(tmp_path / "other"))
    told = refused("--cluster", machines.address)
    assert re.fullmatch(
        rf"--cluster: worker tcp://127\.0\.0\.1:\d+ has {has}.* where this machine has .*; "
        "install the same there and start the worker anew",
        told,
    )


def test_a_worker_with_other_code_may_not_join_later_either(machines, pair, tmp_path):
    other_rules(tmp_path / "other")
    machines.scheduler()
    machines.worker()

    def join():
        machines.worker(PYTHONPATH=str(tmp_path / "other"))

    with (
        connected(machines.address) as there,
        pytest.raises(ClusterError, match=r"^worker tcp://.* has trader-sim of code "),
    ):
        study(pair, 1000, executor=there, progress=after(2, join))


def test_a_worker_without_trader_sim_is_a_clear_case(machines, refused, tmp_path):
    (tmp_path / "other" / "sim").mkdir(parents=True)
    (tmp_path / "other" / "sim" / "__init__.py").touch()
    machines.scheduler()
    machines.worker(PYTHONPATH=str(tmp_path / "other"))
    told = refused("--cluster", machines.address)
    assert f"the cluster at {machines.address} cannot run trader-sim" in told
    assert "No module named 'sim.cluster'" in told


# ------------------------------------------------------------------------------- bad requests


@pytest.mark.parametrize(
    "address",
    ["", "10.0.0.5:8786", "http://a:1", "tcp://", "tcp://a", "tcp://a:x", "tcp://a:99999"]
    + ["tcp://:8786", "tcp://a:1/b", "tcp://a:1?b", "tcp:a:1", "tcp://[::1:8786", "tcp://a:0"],
)
def test_a_malformed_address_is_refused(address, refused):
    told = refused("--cluster", address)
    assert told.startswith(f"--cluster: {address!r} is no address of a scheduler; expected one")


def test_threads_here_and_a_cluster_exclude_each_other(refused):
    assert "give one of the two" in refused("--cluster", "tcp://a:1", "-j", "2")
    assert "give one of the two" in refused("--cluster", "tcp://a:1", "--dry-run")


def test_a_missing_extra_says_how_to_install_it(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = refused("--cluster", "tcp://127.0.0.1:1")
    assert told.endswith("pip install 'trader-sim[cluster]'")


def test_who_asks_for_no_cluster_never_loads_the_library():
    text = (
        "import sys, sim.cluster, sim.cli, sim.publish, sim.compare\n"
        "print({'dask', 'distributed'} & set(sys.modules))"
    )
    told = subprocess.run(
        [sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert told.stdout == "set()\n", told.stderr
