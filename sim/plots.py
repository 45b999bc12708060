"""The figures of a study, each carrying the numbers it draws. Knows outcomes, never the model.

    pictures = {name: draw(study) for name, draw in drawable(study).items()}
    save_figures(pictures, folder)

A figure is made in two steps: a tidy table (panel, scenario, month, value, low, high), then its
drawing. The table is what is saved as CSV, so that every line can be checked or redrawn.
"""

from collections.abc import Callable

import pandas as pd

from sim.drawing import Picture, Study
from sim.figures.beliefs import beliefs
from sim.figures.contributions import contributions
from sim.figures.effects import effects_forest, headlines
from sim.figures.flows import flows, sums
from sim.figures.imports import imports
from sim.figures.lines import prices, quota_from_savings, repatriation, state_revenue
from sim.figures.prices import price_quality
from sim.figures.savings import savings_over_time, savings_spent
from sim.figures.stacked import quota_sources
from sim.figures.times import of_kind, times_incidence, times_survival

FIGURES: dict[str, Callable[[Study], Picture]] = {
    "effects_forest": effects_forest,
    "contributions": contributions,
    "savings_over_time": savings_over_time,
    "savings_spent": savings_spent,
    "times_survival": times_survival,
    "times_incidence": times_incidence,
    "repatriation": repatriation,
    "quota_from_savings": quota_from_savings,
    "quota_sources": quota_sources,
    "prices": prices,
    "price_quality": price_quality,
    "state_revenue": state_revenue,
    "flows": flows,
    "beliefs": beliefs,
    "imports": imports,
}
NEEDS: dict[str, tuple[Callable[[Study], pd.DataFrame], str]] = {
    "effects_forest": (headlines, "no other scenario was compared"),
    "contributions": (lambda study: study.contributions, "contributions were not asked for"),
    "times_survival": (lambda study: of_kind(study, "survival"), "no times were measured"),
    "times_incidence": (lambda study: of_kind(study, "incidence"), "no ends were measured"),
    "flows": (sums, "no accounts were kept"),
}
"""What a figure cannot be drawn without, and why it is not there."""


def drawable(study: Study) -> dict[str, Callable[[Study], Picture]]:
    """The figures for which the study has numbers, in order."""
    without = left_out(study)
    return {name: draw for name, draw in FIGURES.items() if name not in without}


def left_out(study: Study) -> dict[str, str]:
    """The others, with why they are not drawn."""
    return {name: why for name, (needed, why) in NEEDS.items() if needed(study).empty}
