"""Companies: what they can do for their traders."""

from __future__ import annotations

from .row import rule
from .world import Company


@rule
def set_cover_limit(company: Company) -> None:
    """A company risks at most an even part of its capital for each of its traders (assumption;
    it makes cover independent of who asks first)."""
    company.cover_limit = max(company.capital, 0.0) / max(company.posts, 1)
