"""Replicates on the workers of a dask scheduler that is there already.

Only this module knows distributed, and imports it when a cluster is asked for. No wait is without
an end: a scheduler that is lost, or workers that all stay away, end in a ``ClusterError``.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import pickle
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import distributed

CONNECT_SECONDS = 5  # for a scheduler to be reached
ANSWER_SECONDS = 10  # for one that was reached to answer
WORKER_SECONDS = 10  # without any worker
LOOK_SECONDS = 1  # between two looks at the cluster


class ClusterError(Exception):
    """A cluster that cannot do the work, or no longer, in one sentence."""


def _code() -> str:
    """Hash of all of trader-sim: a replicate is lived by the rules and measured by the rest."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for source in sorted(here.rglob("*.py")):
        name = source.relative_to(here).as_posix()
        digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


# Taken when imported: files changed later are not what a process that goes on is running.
CODE = {
    "trader-sim of code": _code(),
    **{name: version(name) for name in ("numpy", "numba", "llvmlite")},
}


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The cluster of the scheduler at ``address``, as an executor, with workers that have our code.

    Work that is unfinished when the block is left is given up.
    """
    _check_address(address)
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            "a cluster needs the extra of that name: pip install 'trader-sim[cluster]'"
        ) from None
    with _quiet():
        try:
            with ThreadPoolExecutor(1) as apart:  # a notebook has a loop of its own here
                apart.submit(asyncio.run, _knock(address)).result()
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError:
            raise ClusterError(
                f"no scheduler answers at {address}; start one with: dask scheduler"
            ) from None
        except (TypeError, ValueError) as error:  # such as an address with TLS and no certificates
            raise ClusterError(f"{address} cannot be connected to: {error}") from None
        try:
            cluster = Cluster(address, client)
            cluster.try_out()
            yield cluster
        finally:
            with suppress(OSError):  # it is gone: nothing to take leave of
                client.close(timeout=CONNECT_SECONDS)


async def _knock(address: str) -> None:
    """Where somebody listens and says nothing, the library's client would wait for ever."""
    from distributed.core import connect
    from distributed.security import Security

    certificates = Security().get_connection_args("client")
    reached = connect(address, timeout=CONNECT_SECONDS, **certificates)
    comm = await asyncio.wait_for(reached, CONNECT_SECONDS)
    await comm.close()


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("tcp", "tls") and bool(parts.hostname and parts.port)
    except ValueError:
        good = False
    if not good or address != f"{parts.scheme}://{parts.netloc}":
        raise ClusterError(
            f"{address!r} is no address of a scheduler; expected one such as tcp://10.0.0.5:8786"
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """What the library logs of a lost connection is said in a sentence of ours."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


class Cluster(Executor):
    """The threads of all workers of one scheduler; ``threads`` of them when last looked at."""

    def __init__(self, address: str, client: distributed.Client) -> None:
        self.address = address
        self.threads = 0
        self._client = client
        self._workers: list[str] = []
        self._looked = self._had_workers = time.monotonic()

    def submit(self, act: Callable[..., Any], /, *args: Any, **more: Any) -> Sent:
        """Have ``act`` done by any worker."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self.look()
        return self._send(_pack((act, args, more)))

    def _send(self, packed: bytes, **where: Any) -> Sent:
        from distributed.client import ClosedClientError

        try:
            order = pickle.dumps(Order(CODE, packed))
            return Sent(self, self._client.submit(pickle.loads, order, pure=False, **where))
        except (ClosedClientError, OSError):
            raise self.lost() from None

    def try_out(self) -> None:
        """Wait for a worker, then let each one hold its code against ours."""
        while not self.threads:
            self.look()
            time.sleep(0.1)
        nothing = _pack((int, (), {}))
        trials = [
            self._send(nothing, workers=[worker], allow_other_workers=True)  # it may just leave
            for worker in self._workers
        ]
        for trial in trials:
            trial.result()

    def look(self) -> None:
        """See what workers there are: none for too long, or no answer, is a ``ClusterError``."""
        if self._client.status != "running":
            raise self.lost()
        try:
            threads = self._client.nthreads(callback_timeout=ANSWER_SECONDS)
        except OSError:
            raise self.lost() from None
        self._workers, self.threads = list(threads), sum(threads.values())
        self._looked = time.monotonic()
        if threads:
            self._had_workers = self._looked
        elif self._looked - self._had_workers > WORKER_SECONDS:
            raise ClusterError(
                f"the scheduler at {self.address} has had no worker for {WORKER_SECONDS} seconds; "
                f"start one with: dask worker {self.address}"
            )

    def lost(self) -> ClusterError:
        """What is said of a scheduler that has gone."""
        return ClusterError(f"the scheduler at {self.address} was lost before all was done")


class Sent(Future[Any]):
    """Work sent to a cluster. Ask for its ``result``, or ``cancel`` it: it has no other uses, and
    its result stays with the worker until asked for."""

    def __init__(self, cluster: Cluster, sent: distributed.Future) -> None:
        super().__init__()
        self._cluster = cluster
        self._sent = sent
        self._patience = 1.0

    def result(self, timeout: float | None = None) -> Any:
        """What came of it; a worker that dies meanwhile costs only time."""
        started = time.monotonic()
        while (packed := self._fetch()) is None:
            self._cluster.look()
            if timeout is not None and time.monotonic() - started > timeout:
                raise TimeoutError
        value, error = _unpack(packed)
        if error:
            raise error
        return value

    def cancel(self) -> bool:
        """Give the work up; the scheduler forgets what nobody wants."""
        self._sent.release()
        return True

    def _fetch(self) -> bytes | None:
        """The packed result, or nothing if it takes longer than to the next look."""
        from distributed import KilledWorker

        try:
            self._sent.exception(timeout=LOOK_SECONDS)  # waits until there is a result or an error
            self._patience *= 2  # it may be with a worker just dead, or the way may be slow
            packed: bytes = self._sent.result(timeout=self._patience)
        except TimeoutError:
            return None
        except (CancelledError, OSError):
            raise self._cluster.lost() from None
        except KilledWorker:
            raise ClusterError(
                f"the cluster at {self._cluster.address} lost worker after worker over the same "
                "replicate, perhaps for want of memory"
            ) from None
        except Exception as error:  # what replicates raise comes packed: this is the cluster's own
            raise ClusterError(
                f"the cluster at {self._cluster.address} cannot run trader-sim ({error!r}); "
                "install on every worker the version that is installed here"
            ) from error
        return packed


@dataclass(frozen=True)
class Order:
    """Work that is done where it is unpickled.

    Scheduler and workers are sent bytes and ``pickle.loads``, which all of them know: a worker
    without trader-sim then says so, where it would die of a function that it cannot import.
    """

    expected: dict[str, str]
    packed: bytes

    def __reduce__(self) -> tuple[Callable[..., bytes], tuple[Any, ...]]:
        return _work, (self.expected, self.packed)


def _work(expected: dict[str, str], packed: bytes) -> bytes:
    """Runs on a worker: what came of the work sent, or the error, packed."""
    try:
        _check_code(expected)
        act, args, more = _unpack(packed)
        return _pack((act(*args, **more), None))
    except Exception as error:
        error.add_note(traceback.format_exc())
        return _pack((None, error))


def _check_code(expected: dict[str, str]) -> None:
    """Asked with every piece of work, because workers may join at any time."""
    from distributed import get_worker

    for name, theirs in expected.items():
        if CODE[name] != theirs:
            raise ClusterError(
                f"worker {get_worker().address} has {name} {CODE[name]} where this machine has "
                f"{theirs}; install the same there and start the worker anew"
            )


def _pack(thing: Any) -> bytes:
    """For the way through the scheduler: settings by month shrink to a twentieth."""
    import cloudpickle  # unlike pickle it takes an analyser from a notebook along

    return zlib.compress(cloudpickle.dumps(thing), 1)


def _unpack(packed: bytes) -> Any:
    return pickle.loads(zlib.decompress(packed))
