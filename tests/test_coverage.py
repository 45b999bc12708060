"""Made-up studies with known effects: intervals cover, and false alarms are as rare, as said."""

import numpy as np
import pytest

from sim.paired import paired_effects
from sim.statistics import benjamini_hochberg, holm

PAIRS = 200
pytestmark = pytest.mark.filterwarnings("error")

# How one study's differences are drawn, and their true mean.
DIFFERENCES = {
    "normal": (lambda rng, shape: rng.normal(0.5, 2, shape), 0.5),
    "skewed": (lambda rng, shape: rng.lognormal(0, 0.5, shape), np.exp(0.125)),
    "shares": (
        lambda rng, shape: (rng.binomial(50, 0.1, shape) - rng.binomial(50, 0.06, shape)) / 50,
        0.04,
    ),
}
# So skewed that 200 pairs are few: the intervals cover a little less often than they say.
HEAVY = (lambda rng, shape: rng.lognormal(0, 1, shape), np.exp(0.5))


def coverage(draw, truth, studies, seed):
    """Share of studies whose intervals hold the true effect: t, bootstrap, relative."""
    rng = np.random.default_rng(seed)
    base = rng.normal(10, 3, (PAIRS, studies))
    effects = paired_effects(base, base + draw(rng, base.shape))
    intervals = [("ci", truth), ("bootstrap", truth), ("relative", truth / 10)]
    return {
        name: np.mean(
            [getattr(e, f"{name}_low") <= true <= getattr(e, f"{name}_high") for e in effects]
        )
        for name, true in intervals
    }


@pytest.mark.parametrize("kind", DIFFERENCES)
def test_intervals_cover_the_true_effect(kind):
    # 300 studies: the share has a Monte Carlo error of 1.3 points
    for name, share in coverage(*DIFFERENCES[kind], studies=300, seed=1).items():
        assert 0.91 < share < 0.99, name


@pytest.mark.long
@pytest.mark.parametrize("kind", DIFFERENCES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_intervals_cover_the_true_effect_closely(kind, seed):
    # 1,000 studies: 0.7 points
    for name, share in coverage(*DIFFERENCES[kind], studies=1000, seed=seed).items():
        assert 0.93 <= share <= 0.97, name


@pytest.mark.long
def test_intervals_of_heavily_skewed_outcomes_cover_a_little_less():
    shares = coverage(*HEAVY, studies=5000, seed=1)
    assert all(0.915 < share < 0.945 for share in shares.values()), shares


def false_alarms(studies, seed, outcomes=20, affected=0):
    """After Holm, the share of studies with a false alarm; after Benjamini–Hochberg, the mean
    share of false among all alarms; each with its Monte Carlo error.

    Outcomes share a third of their variance, as those of one world do.
    """
    rng = np.random.default_rng(seed)
    wrong, share_wrong = [], []
    for _ in range(studies):
        common = rng.normal(0, np.sqrt(0.5), (PAIRS, 1))
        differences = rng.normal(size=(PAIRS, outcomes)) + common
        differences[:, :affected] += 0.4
        p = [e.p for e in paired_effects(np.zeros_like(differences), differences)]
        wrong.append((holm(p)[affected:] < 0.05).any())
        found = benjamini_hochberg(p) < 0.05
        share_wrong.append(found[affected:].sum() / max(found.sum(), 1))
    return [(np.mean(x), np.std(x) / np.sqrt(studies)) for x in (wrong, share_wrong)]


@pytest.mark.parametrize("affected", [0, 5])
@pytest.mark.parametrize("studies", [100, pytest.param(1000, marks=pytest.mark.long)])
def test_false_alarms_are_as_rare_as_said(studies, affected):
    for share, error in false_alarms(studies, seed=3, affected=affected):
        assert share <= 0.05 + 2.5 * max(error, np.sqrt(0.05 * 0.95 / studies))


def test_without_correction_false_alarms_are_common():
    rng = np.random.default_rng(3)
    differences = rng.normal(size=(PAIRS, 100 * 20))
    p = np.array([e.p for e in paired_effects(np.zeros_like(differences), differences)])
    assert (p.reshape(100, 20) < 0.05).any(axis=1).mean() > 0.5
