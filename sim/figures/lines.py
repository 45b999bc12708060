"""Outcomes as means over time, a line a scenario."""

from sim.drawing import Picture, Study, dollars, percent, styled, two_digits
from sim.figures.over_time import means, over_time, trailing_ratio


@styled
def repatriation(study: Study) -> Picture:
    """Who came of those called home, over the last twelve months, and who stays without leave."""
    came = means(study, "repatriation_rate", "Called home and came, past 12 months", trailing_ratio)
    stays = means(study, "overstay_share", "Abroad without permission, of all abroad")
    title = "Who comes home when called, and who stays"
    note = "Each panel has its own scale."
    return over_time(
        study, title, "Share of traders", [came, stays], percent, share_y=False, note=note
    )


@styled
def quota_from_savings(study: Study) -> Picture:
    """Share of the quota that traders pay out of their own savings."""
    rows = means(study, "quota_from_savings_share", "quota paid from savings")
    title = "How much of the quota comes out of traders’ own pockets"
    about = "Share of the quota paid from personal savings, by month"
    return over_time(study, title, about, [rows], percent)


@styled
def prices(study: Study) -> Picture:
    """What is paid, as it stands in the books and per unit of quality."""
    nominal = means(study, "nominal_price", "Price paid")
    adjusted = means(study, "quality_adjusted_price", "Price paid for the quality got")
    about = "Price as a ratio to the reference price (1.00, the grey line)"
    title = "What the state pays for its imports"
    return over_time(study, title, about, [nominal, adjusted], two_digits, level=1.0)


@styled
def state_revenue(study: Study) -> Picture:
    """What traders remit and, apart from it, what the state saves in buying."""
    remitted = means(study, "remittance_usd", "Remitted: quota and levies")
    saved = means(study, "procurement_saving_usd", "Saved in buying, against reference price")
    return over_time(
        study, "What the state gets", "US dollars a post a month", [remitted, saved], dollars,
        share_y=False, note="Each panel has its own scale.",
    )  # fmt: skip
