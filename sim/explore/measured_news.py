"""An experiment on news: one case of punishment is heard of in a copy of the world, all else, luck
included, being the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..model.world import POSTED
from ..run import Replicate
from .seen import Floats, Seen, measurement
from .targets import Measure

PUNISHED_PEERS, NEWS_MONTHS = 60, 12  # cases, and for how long choices are watched


@measurement(1)
def minds_changed_near(seen: Seen, measure: Measure) -> float:
    """Traders who chose otherwise within a year because they heard of one punished peer, of those
    who hear from him (distance 1)."""
    return float(_minds(seen, measure)[0])


@measurement(1)
def minds_changed_far(seen: Seen, measure: Measure) -> float:
    """Chance that a trader at distance 3 or more chooses otherwise, over that at distance 1."""
    _, near, far = _minds(seen, measure)
    return float(far / near) if near > 0 else np.nan


def _minds(seen: Seen, measure: Measure) -> Floats:
    """Changes of mind for one punished peer at distance 1; chance of one for a trader at distance
    1, and 3 or more. One case at a time is heard of in a copy of the world, all else, luck
    included, being the same."""
    (world,), (month, _) = measure.worlds, seen.span(measure)
    if (world, month) not in seen.minds:
        seen.minds[world, month] = _experiment(seen.replicate(world), month)
    return seen.minds[world, month]


def _experiment(before: Replicate, month: int) -> Floats:
    for _ in range(month):
        before.live()
    contacts = before.world.contacts
    as_it_is = _choices(before.fork(before.course))
    posted = np.flatnonzero(before.world.traders["status"] == POSTED)
    peers = posted[np.linspace(0, len(posted) - 1, min(PUNISHED_PEERS, len(posted))).astype(int)]
    found = []
    for peer in np.unique(peers):
        told = before.fork(before.course)
        heard = contacts[contacts["teller"] == peer]
        np.add.at(told.world.traders["heard_punished"], heard["listener"], heard["weight"])
        changed = (_choices(told) != as_it_is).any(axis=0)
        away = distances(contacts["teller"], contacts["listener"], len(changed), int(peer))
        near, far = changed[away == 1], changed[away >= 3]
        if len(near) and len(far):
            found.append([near.sum(), near.mean(), far.mean()])
    return np.array(found, float).mean(axis=0) if found else np.full(3, np.nan)


def _choices(world: Replicate) -> NDArray[np.int64]:
    """What every occupant of a post chose, month by month, (months, posts)."""
    chosen = []
    for _ in range(min(NEWS_MONTHS, len(world.course.months) - world.month)):
        world.live()
        chosen.append(world.world.traders["choice"].copy())
    return np.array(chosen)


def distances(
    tellers: NDArray[np.int64], listeners: NDArray[np.int64], count: int, start: int
) -> NDArray[np.int64]:
    """How many contacts away from ``start`` everybody is, as news would travel, (count,); more than
    that for who is not reached."""
    away = np.full(count, count + 1)
    away[start] = 0
    edge: Sequence[int] | NDArray[np.int64] = [start]
    step = 0
    while len(edge):
        step += 1
        reached = np.unique(listeners[np.isin(tellers, edge)])
        edge = reached[away[reached] > step]
        away[edge] = step
    return away
