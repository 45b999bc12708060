"""How fast the compiled rules are beside the same formulas written by hand in C.

Run by hand: ``.venv/bin/python benchmarks/yardstick.py`` (half a minute; needs ``cc``).
Search, cash and choice of ``yardstick.c`` are built with ``-O3 -march=native`` and live the same
rows of the same world as the rules do, turn and turn about, in this one process and on one core.
What they leave in the rows must agree to 1e-12. Beside them the floor: how many mathematical
functions a trader-month of the default scenario calls, and what these alone cost in C.
"""

from __future__ import annotations

import ctypes
import importlib
import math
import pkgutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from numba import njit

import sim.model
from sim.mesa_model import TraderModel
from sim.model import cash, choosing, trading
from sim.model.chance import Luck
from sim.model.row import row_type
from sim.model.settings import Levers, Surroundings
from sim.model.world import Company, Good, Outside, Planner, Today, Trader, World
from sim.run import Replicate
from sim.scenario import load

SOURCE = Path(__file__).with_suffix(".c")
STRUCTURES = (Trader, Luck, Good, Company, Planner, Outside, Today, Levers, Surroundings)
C_NAMES = {np.dtype(np.float64): "double", np.dtype(np.int64): "int64_t"}
MONTHS_BEFORE = 50  # of the default scenario, so that rows are those of a world at work
TURNS = 7
ROUNDS = {"search": 400, "cash": 400, "choice": 60}
FUNCTIONS = ("exp", "log", "expm1", "log1p", "pow")


@njit
def _search(traders, lucks, goods, surroundings, rounds):  # type: ignore[no-untyped-def]
    for _ in range(rounds):
        for post in range(len(traders)):
            trader = traders[post]
            trading.find_supplier(trader, goods[trader.good], surroundings, lucks[post])


@njit
def _cash(traders, lucks, companies, planner, outside, levers, surroundings, today, rounds):  # type: ignore[no-untyped-def]
    for _ in range(rounds):
        for post in range(len(traders)):
            trader, luck = traders[post], lucks[post]
            company = companies[trader.company]
            cash.draw_salary_and_live(trader, planner, outside, surroundings)
            cash.pay_quota(trader, company, planner, levers, surroundings, luck)
            cash.pay_levies(trader, planner, today, levers)
            cash.settle_arrears(trader, planner)
            cash.take_stock(trader, today, levers, surroundings)


@njit
def _choice(traders, lucks, planner, levers, surroundings, rounds):  # type: ignore[no-untyped-def]
    for _ in range(rounds):
        for post in range(len(traders)):
            choosing.weigh_leaving(traders[post], planner, levers, surroundings, lucks[post])


def structures() -> str:
    """The declared classes as C structures."""
    parts = []
    for declared in STRUCTURES:
        layout = row_type(declared)
        cells = "".join(f" {C_NAMES[layout[name]]} {name};" for name in layout.names or ())
        parts.append(f"typedef struct {{{cells} }} {declared.__name__};\n")
    return "".join(parts)


def built(folder: Path) -> ctypes.CDLL:
    """The C pieces as a library, with their structures."""
    (folder / "structures.h").write_text(structures(), encoding="utf-8")
    library = folder / "yardstick.so"
    flags = ["-O3", "-march=native", "-shared", "-fPIC", f"-I{folder}"]
    subprocess.run(["cc", *flags, str(SOURCE), "-o", str(library), "-lm"], check=True)
    return ctypes.CDLL(str(library))


def a_world() -> tuple[World, np.ndarray]:
    """The world of the default scenario after some months, and a month's luck for it; everybody is
    in post and thinks, so that every row is work for every piece."""
    replicate = Replicate(load("tight_control").course(), 1, 0)
    for _ in range(MONTHS_BEFORE):
        replicate.live()
    replicate.draw_luck()
    traders = replicate.world.traders
    traders["status"], traders["called"] = 1, 0
    replicate.luck["reconsider"] = 0.0
    return replicate.world, replicate.luck


def _address(table: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(table.ctypes.data)


Act = Callable[[World, int], None]


def pieces(library: ctypes.CDLL, luck: np.ndarray) -> dict[str, tuple[Act, Act]]:
    """Each piece as our rules do it and as C does it, on a world and for so many rounds."""

    def c_act(name: str, *fields: str) -> Act:
        def act(world: World, rounds: int) -> None:
            tables = {name: getattr(world, name) for name in World._fields} | {"lucks": luck}
            places = [_address(tables[each]) for each in ("traders", "lucks", *fields)]
            posts = ctypes.c_int64(len(world.traders))
            getattr(library, name)(*places, posts, ctypes.c_int64(rounds))

        return act

    def search(world: World, rounds: int) -> None:
        _search(world.traders, luck, world.goods, world.surroundings[0], rounds)

    def pay(world: World, rounds: int) -> None:
        _cash(
            world.traders, luck, world.companies, world.planner[0], world.outside[0],
            world.levers[0], world.surroundings[0], world.today[0], rounds,
        )  # fmt: skip

    def choose(world: World, rounds: int) -> None:
        _choice(
            world.traders, luck, world.planner[0], world.levers[0], world.surroundings[0], rounds
        )

    money = ("companies", "planner", "outside", "levers", "surroundings", "today")
    return {
        "search": (search, c_act("search", "goods", "surroundings")),
        "cash": (pay, c_act("cash", *money)),
        "choice": (choose, c_act("choice", "planner", "surroundings")),
    }


def nanoseconds(act: Act, world: World, rounds: int) -> float:
    """Of processor time, a trader."""
    began = time.process_time()
    act(world, rounds)
    return 1e9 * (time.process_time() - began) / rounds / len(world.traders)


def copied(world: World) -> World:
    """The same world in memory of its own."""
    return World(*(table.copy() for table in world))


def disagreement(mine: World, theirs: World) -> float:
    """Largest difference between two worlds, any field of any actor: relative, or as it is below
    1; infinite if only one of them has a number."""
    worst = 0.0
    for here, there in zip(mine, theirs, strict=True):
        for name in here.dtype.names:
            a, b = here[name].astype(float), there[name].astype(float)
            if (np.isfinite(a) != np.isfinite(b)).any():
                return math.inf
            worst = max(worst, float(np.max(np.abs(a - b) / np.maximum(1.0, np.abs(a)))))
    return worst


def calls_a_trader_month() -> dict[str, float]:
    """Mathematical functions called, by name, a trader-month of the default scenario: counted in
    the plain carrier, whose rules are the same text."""
    counts: Counter[str] = Counter()

    def counted(name: str) -> Callable[..., float]:
        def call(*arguments: float) -> float:
            counts[name] += 1
            return getattr(math, name)(*arguments)  # type: ignore[no-any-return]

        return call

    def with_powers(worth: Callable[..., float], powers: int) -> Callable[..., float]:
        def call(*arguments: float) -> float:  # a power is an operator, so its users are counted
            counts["pow"] += powers
            return worth(*arguments)

        return call

    names = {name for name in dir(math) if not name.startswith("_")}
    spy = SimpleNamespace(**{name: getattr(math, name) for name in names})
    for name in ("exp", "log", "expm1", "log1p"):
        setattr(spy, name, counted(name))
    names_of = [each.name for each in pkgutil.iter_modules(sim.model.__path__)]
    modules = [importlib.import_module(f"sim.model.{each}") for each in names_of]
    held = [module for module in modules if getattr(module, "math", None) is math]
    worths = choosing.worth_of_posted_months, choosing.worth_of_hidden_months
    model = TraderModel(load("tight_control", ["cohort.posts=200"]).course(), seed=1)
    try:
        choosing.worth_of_posted_months = with_powers(worths[0], 2)
        choosing.worth_of_hidden_months = with_powers(worths[1], 2)
        for module in held:
            module.math = spy  # type: ignore[attr-defined]
        for _ in range(84):
            model.step()
    finally:
        choosing.worth_of_posted_months, choosing.worth_of_hidden_months = worths
        for module in held:
            module.math = math  # type: ignore[attr-defined]
    return {name: counts[name] / (84 * 200) for name in FUNCTIONS}


def main() -> None:
    """Measures and prints."""
    world, luck = a_world()
    with tempfile.TemporaryDirectory() as scratch:
        library = built(Path(scratch))
        print("nanoseconds of processor time a trader, best of", TURNS)
        print(f"{'':10}{'rules':>8}{'C':>8}{'speed relative to C':>22}{'disagreement':>15}")
        for name, (ours, theirs) in pieces(library, luck).items():
            mine, other = copied(world), copied(world)
            ours(mine, 1)  # compiled
            theirs(other, 1)
            apart = disagreement(mine, other)
            best = [math.inf, math.inf]
            for _ in range(TURNS):
                for which, act in enumerate((ours, theirs)):
                    took = nanoseconds(act, copied(world), ROUNDS[name])
                    best[which] = min(best[which], took)
            print(f"{name:10}{best[0]:8.1f}{best[1]:8.1f}{best[1] / best[0]:22.2f}{apart:15.1e}")
            if apart > 1e-12:
                raise SystemExit(f"{name}: the rules and C disagree by {apart:.1e}")
        calls = calls_a_trader_month()
        print("\nmathematical functions a trader-month calls, and what one costs in C (ns)")
        rounds, whole = 200_000, 0.0
        library.floor_of_calls.restype = ctypes.c_double
        for place, name in enumerate(FUNCTIONS):
            each = np.zeros(len(FUNCTIONS), np.int64)
            each[place] = 10
            began = time.process_time()
            library.floor_of_calls(ctypes.c_int64(rounds), _address(each))
            cost = 1e9 * (time.process_time() - began) / rounds / 10
            whole += calls[name] * cost
            print(f"{name:10}{calls[name]:8.2f}{cost:8.1f}")
        print(f"{'in all':10}{sum(calls.values()):8.2f}{whole:8.1f} a trader-month")


if __name__ == "__main__":
    main()
