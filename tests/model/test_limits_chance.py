"""Exact limits of the lowest of n under other laws of price than the model's (T11, T13), through
the rank that the model draws: any law's quantile of that rank is its lowest of n."""

import math

import numpy as np
import pytest
from scipy import special

from sim.model.chance import best_of

RANKS = (np.arange(200_000) + 0.5) / 200_000


def expected_lowest(quantile, tries):
    """Mean over evenly spread luck of the lowest of so many draws."""
    return float(np.mean([quantile(best_of(luck, tries, 1.0)) for luck in RANKS[::4]]))


def uniform(low, high):
    return lambda rank: low + (high - low) * rank


LAWS = {
    "uniform": (uniform(0, 1), lambda n: 1 / (n + 1), 0.0476),
    "exponential": (lambda rank: -math.log1p(-rank), lambda n: 1 / n, 0.05),
    "Weibull": (
        lambda rank: math.sqrt(-math.log1p(-rank)),
        lambda n: n**-0.5 * special.gamma(1.5),
        0.198,
    ),
    "Pareto": (lambda rank: (1 - rank) ** -0.2, lambda n: 5 * n / (5 * n - 1), 1.0101),
}


@pytest.mark.parametrize("law", LAWS)
def test_t11_lowest_of_n(law):
    quantile, closed_form, printed = LAWS[law]
    assert closed_form(20) == pytest.approx(printed, abs=6e-5 if printed < 0.1 else 3e-4)
    for tries in (1, 3, 20):
        expected = closed_form(tries)
        assert expected_lowest(quantile, tries) == pytest.approx(expected, rel=5e-3)


def test_t13_who_looks_at_more_of_the_same_sellers_pays_less():
    """Prices even within 20 % of the reference, 3 quotes against 20: 8.1 %; none if as many."""
    price = uniform(0.8, 1.2)
    gap = expected_lowest(price, 3) - expected_lowest(price, 20)
    assert gap == pytest.approx(0.4 * (1 / 4 - 1 / 21), rel=1e-3)
    assert gap == pytest.approx(0.081, abs=5e-4)
    assert expected_lowest(price, 3) == expected_lowest(price, 3.0)
