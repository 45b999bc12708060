"""What was chosen, lived again with luck that chose nothing: what it is worth, and how much of
what the search promised was luck.

The best of many is partly the luckiest of many, so what a search says of its winner is too good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from ..paired import paired_effect
from ..statistics import CONFIDENCE, mean_interval
from .aims import Aim
from .chosen import observed
from .judged import WORST, kept_share, worst_decile
from .points import means

RESAMPLES, RESAMPLING = 2000, 21
MEAN, DECILE, KEPT = "mean", "worst_decile", "share_of_worlds"


def retested(
    aims: Sequence[Aim], tuned: np.ndarray, fresh: np.ndarray, base: np.ndarray, seed: int
) -> Iterator[dict[str, Any]]:
    """One row an aim and measure of one chosen trial, each array (worlds, replicates, aims).

    ``tuned`` is what the search measured, ``fresh`` and ``base``, the scenario as it stands, share
    luck (and worlds) that the search has not seen.
    """
    for k, aim in enumerate(aims):
        about = {"aim": aim.name, "label": aim.label, "unit": aim.unit, "limit": aim.limit}
        seen, now, stands = (observed(each)[:, k] for each in (tuned, fresh, base))
        yield {**about, "measure": MEAN, **_means(aim.sign, seen, now, stands)}
        if len(tuned) == 1:
            continue
        if aim.limit is None:
            yield {**about, "measure": DECILE, **_deciles(aim.sign, seen, now, stands, seed)}
        else:
            yield {**about, "measure": KEPT, **_kept(aim, seen, now, stands)}


def _means(sign: int, seen: np.ndarray, now: np.ndarray, base: np.ndarray) -> Mapping[str, Any]:
    over = mean_interval(np.stack([now, base], axis=1))
    low, high = _apart(seen, now)
    effect = paired_effect(base, now)
    return {
        "tuned": means(seen[None])[0], "fresh": over.mean[0],
        "low": over.low[0], "high": over.high[0],
        **_optimism(sign, means(seen[None])[0] - over.mean[0], low, high),
        "base": over.mean[1], "difference": effect.difference,
        "difference_low": effect.ci_low, "difference_high": effect.ci_high,
        "count": int(over.count[0]),
    }  # fmt: skip


def _apart(seen: np.ndarray, now: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of the difference of means of two samples (Welch)."""
    one, other = seen[np.isfinite(seen)], now[np.isfinite(now)]
    if min(len(one), len(other)) < 2:
        return np.nan, np.nan
    if np.ptp(one) == 0 and np.ptp(other) == 0:
        return float(one[0] - other[0]), float(one[0] - other[0])
    interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval(CONFIDENCE)
    return float(interval.low), float(interval.high)


def _optimism(sign: int, difference: float, low: float, high: float) -> Mapping[str, float]:
    """By how much the search had promised better than was found."""
    ends = sorted([sign * low, sign * high]) if np.isfinite(low) else [np.nan, np.nan]
    return {
        "optimism": sign * difference,
        "optimism_low": ends[0],
        "optimism_high": ends[1],
    }


def _deciles(
    sign: int, seen: np.ndarray, now: np.ndarray, base: np.ndarray, seed: int
) -> Mapping[str, Any]:
    """Means of the worst tenth of worlds, with bootstrap intervals over worlds."""
    luck = np.random.default_rng([seed, RESAMPLING])
    drawn = luck.integers(len(now), size=(RESAMPLES, len(now)))
    again = luck.integers(len(seen), size=(RESAMPLES, len(seen)))
    values = [worst_decile(each[None], sign)[0] for each in (seen, now, base)]
    new, old = worst_decile(now[drawn], sign), worst_decile(seen[again], sign)
    stands = worst_decile(base[drawn], sign)
    tail = 100 * (1 - CONFIDENCE) / 2

    def ends(sample: np.ndarray) -> list[float]:
        known = sample[np.isfinite(sample)]
        return [float(np.percentile(known, each)) for each in (tail, 100 - tail)]

    return {
        "tuned": values[0], "fresh": values[1],
        **dict(zip(("low", "high"), ends(new), strict=True)),
        **_optimism(sign, values[0] - values[1], *ends(old - new)),
        "base": values[2], "difference": values[1] - values[2],
        **dict(zip(("difference_low", "difference_high"), ends(new - stands), strict=True)),
        "count": int(np.ceil(WORST * np.isfinite(now).sum())),
    }  # fmt: skip


def _kept(aim: Aim, seen: np.ndarray, now: np.ndarray, base: np.ndarray) -> Mapping[str, Any]:
    """Parts of the worlds in which a limit is kept, with Wilson's interval."""
    assert aim.limit is not None
    tuned, fresh, stands = (
        float(kept_share(each[None], aim.sign, aim.limit)[0]) for each in (seen, now, base)
    )
    sure = stats.binomtest(round(fresh * len(now)), len(now)).proportion_ci(CONFIDENCE, "wilson")
    return {
        "tuned": tuned, "fresh": fresh, "low": sure.low, "high": sure.high,
        "optimism": tuned - fresh, "base": stands, "difference": fresh - stands,
        "count": len(now), "unit": "share of worlds",
    }  # fmt: skip
