"""What luck decides, by name, and the laws of chance the rules use.

Luck is a pure function of (seed, replicate, month, who, purpose): a counter-based generator,
Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), hands every actor named uniform numbers. No
policy, number of months, number of replicates or order of work enters it. New purposes are added
at the end: each owns its place in a block of four, so earlier ones never move.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from .row import FEW_ROWS, inlined_rule, rule, state

MONTHLY, OF_GOODS, FIRST_DAY, OF_CONTACTS = 0, 1, 2, 3  # who draws: posts, goods, founders, ties


@dataclass
class Luck:
    """What a month decides for one post, each uniform between 0 and 1 (0.5 is middling)."""

    orders: float = state("more or fewer orders", "uniform", 0.5)
    quote: float = state("best quote among the suppliers met; low is cheap", "uniform", 0.5)
    quote_quality: float = state("quality that the quote does not show", "uniform", 0.5)
    seller: float = state("whether the fixed supplier honours the price", "uniform", 0.5)
    company: float = state("whether the company covers the quota", "uniform", 0.5)
    observed: float = state("whether contacts are observed", "uniform", 0.5)
    call_up: float = state("whether he is called to a review", "uniform", 0.5)
    recall: float = state("whether he is ordered home after his term", "uniform", 0.5)
    reconsider: float = state("whether he weighs leaving", "uniform", 0.5)
    choice: float = state("what else sways his choice", "uniform", 0.5)
    caught: float = state("whether an overstayer is caught", "uniform", 0.5)
    verdict: float = state("the board's verdict", "uniform", 0.5)
    forced: float = state("whether he is used to fill the board's quota of cases", "uniform", 0.5)
    severity: float = state("how hard the punishment is", "uniform", 0.5)
    refill: float = state("whether an empty post is filled", "uniform", 0.5)
    new_savings: float = state("a newcomer's savings", "uniform", 0.5)
    new_bargaining: float = state("a newcomer's way of bargaining", "uniform", 0.5)
    new_family: float = state("whether a newcomer has a family at home", "uniform", 0.5)
    new_quota: float = state("quota of the post, on the first day", "uniform", 0.5)
    new_term: float = state("months already posted, on the first day", "uniform", 0.5)
    new_monitor: float = state("kind of monitor of the post, on the first day", "uniform", 0.5)
    permission: float = state("whether the Party grants permission", "uniform", 0.5)
    border: float = state("whether a secret delivery is seized", "uniform", 0.5)
    opacity: float = state("how hard the month's deals are to see through", "uniform", 0.5)
    detection: float = state("whether a hidden margin is found out", "uniform", 0.5)
    dismissal: float = state("whether he is dismissed for it", "uniform", 0.5)
    own_account: float = state("what own-account trade brings", "uniform", 0.5)
    spare: float = state("not used", "uniform", 0.5)


@dataclass
class GoodLuck:
    """What a month decides for one good."""

    listing: float = state("lowest listed price; low is cheap", "uniform", 0.5)
    listing_quality: float = state("quality that the listing does not show", "uniform", 0.5)
    spare_one: float = state("not used", "uniform", 0.5)
    spare_two: float = state("not used", "uniform", 0.5)


@dataclass
class ContactLuck:
    """What the first day decides for one tie between posts."""

    rewired: float = state("whether the tie leads to a stranger", "uniform", 0.5)
    stranger: float = state("which stranger", "uniform", 0.5)
    spare_one: float = state("not used", "uniform", 0.5)
    spare_two: float = state("not used", "uniform", 0.5)


_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (np.uint64(0x9E3779B9), np.uint64(0xBB67AE85))
_ONE_IN_2_32 = 1.0 / 4294967296.0


@inlined_rule
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Philox4x32-10: four 32-bit numbers (as uint64) from a 128-bit counter and a 64-bit key."""
    for _ in range(10):
        product0 = _MULTIPLIERS[0] * c0
        product1 = _MULTIPLIERS[1] * c2
        c0 = (product1 >> _SHIFT) ^ c1 ^ k0
        c1 = product1 & _LOW
        c2 = (product0 >> _SHIFT) ^ c3 ^ k1
        c3 = product0 & _LOW
        k0 = (k0 + _WEYL[0]) & _LOW
        k1 = (k1 + _WEYL[1]) & _LOW
    return c0, c1, c2, c3


@rule
def fill(table, seed, replicate, month, drawer):  # type: ignore[no-untyped-def]
    """Fill a float matrix (who, purposes) with uniforms in (0, 1); meant to be compiled.

    ``seed`` and ``replicate`` are 0 to 2**32 - 1 and form the key; ``month`` counts from 0 and
    ``drawer`` says who draws. A lane of a block belongs to one purpose for good.
    """
    people, purposes = table.shape
    lanes = np.empty((4, FEW_ROWS), np.uint64)  # side by side: the generator runs on vectors
    c1, c3, k0, k1 = np.uint64(month), np.uint64(drawer), np.uint64(seed), np.uint64(replicate)
    for first in range(0, people, FEW_ROWS):
        few = table[first : first + FEW_ROWS]
        for block in range(purposes // 4):
            for row in range(len(few)):
                draws = philox(
                    np.uint64(first + row), c1, np.uint64(block), c3, k0, k1
                )
                lanes[0, row], lanes[1, row], lanes[2, row], lanes[3, row] = draws
            for row in range(len(few)):
                for lane in range(4):
                    few[row, 4 * block + lane] = (
                        np.float64(lanes[lane, row]) + 0.5
                    ) * _ONE_IN_2_32


@rule
def normal(uniform: float) -> float:
    """Standard normal quantile (Wichura 1988, algorithm AS 241; relative error about 1e-16)."""
    q = uniform - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
                    + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) * r
                  + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
                + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
        low = (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
                    + 3.9307895800092710610e4) * r + 2.1213794301586595867e4) * r
                  + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                + 4.2313330701600911252e1) * r + 1.0)
        return q * top / low
    r = uniform
    if q > 0.0:
        r = 1.0 - uniform
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r = r - 1.6
        top = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
                    + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0) * r
                  + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
                + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
        low = (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
                    + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
                  + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                + 2.05319162663775882187e0) * r + 1.0)
    else:
        r = r - 5.0
        top = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                    + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2) * r
                  + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
                + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
        low = (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
                    + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r
                  + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                + 5.99832206555887937690e-1) * r + 1.0)
    if q < 0.0:
        return -top / low
    return top / low


@rule
def best_of(uniform: float, tries: float, able: float) -> float:
    """Rank in (0, 1) of the lowest of ``tries`` draws, each usable with chance ``able``.

    Exact: the lowest usable rank exceeds x with chance (1 - able x)**tries. A result of 1 or more
    means that none was usable.
    """
    return -math.expm1(math.log(uniform) / tries) / able


@cache
def lowest_of_normals(most: int) -> np.ndarray:
    """Expected lowest of n standard normals for n = 0 .. most (T12); 0 for n = 0.

    The integral of z n phi(z) (1 - Phi(z))**(n - 1) by the trapezoid rule, which for a smooth
    function vanishing at both ends is exact to rounding.
    """
    z = np.linspace(-12.0, 12.0, 2401)
    density = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    above = np.array([0.5 * math.erfc(x / math.sqrt(2.0)) for x in z])
    step = z[1] - z[0]
    lowest = [np.sum(z * n * density * above ** (n - 1)) * step for n in range(1, most + 1)]
    return np.array([0.0, *lowest])
