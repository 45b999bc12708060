"""The figures of a study, each carrying the numbers it draws. Knows outcomes, never the model.

    for name, draw in drawable(study).items():
        picture = draw(study)
        save_figure(name, picture, picture.data, folder)

A figure is made in two steps: a tidy table (panel, scenario, month, value, low, high), then its
drawing. The table is what is saved as CSV, so that every line can be checked or redrawn.
"""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from sim.drawing import Picture, Study, styled
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

DOTS_AN_INCH = 160
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
    return {name: draw for name, draw in FIGURES.items() if name not in left_out(study)}


def left_out(study: Study) -> dict[str, str]:
    """The others, with why they are not drawn."""
    return {name: why for name, (needed, why) in NEEDS.items() if needed(study).empty}


@styled
def svg_bytes(figure: Figure) -> bytes:
    """The figure as SVG, the same bytes for the same input; a picture keeps them."""
    kept: bytes | None = getattr(figure, "svg", None)
    if kept is None:
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
        kept = buffer.getvalue()
        if isinstance(figure, Picture):
            figure.svg = kept
    return kept


@styled
def png_bytes(figure: Figure) -> bytes:
    """The figure as PNG of few colours, finer than a screen at its width in a page; a
    picture keeps them."""
    kept: bytes | None = getattr(figure, "png", None)
    if kept is None:
        whole, small = io.BytesIO(), io.BytesIO()
        figure.savefig(whole, format="rgba", dpi=DOTS_AN_INCH)
        width = round(figure.get_size_inches()[0] * DOTS_AN_INCH)
        height = whole.getbuffer().nbytes // (4 * width)
        few = (
            Image.frombytes("RGBA", (width, height), whole.getvalue())
            .convert("RGB")
            .quantize(method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        )  # 256 colours: all that cover any ground stay as they are
        few.save(small, "PNG", compress_level=7)
        kept = small.getvalue()
        if isinstance(figure, Picture):
            figure.png = kept
    return kept


def save_figure(name: str, figure: Figure, data: pd.DataFrame, folder: Path) -> list[Path]:
    """Write NAME.svg, NAME.png (160 dpi) and the numbers as NAME.csv; returns the three paths."""
    folder.mkdir(parents=True, exist_ok=True)
    svg, png, csv = (folder / f"{name}.{ending}" for ending in ("svg", "png", "csv"))
    svg.write_bytes(svg_bytes(figure))
    png.write_bytes(png_bytes(figure))
    csv.write_text(
        data.to_csv(index=False, float_format="%.10g", lineterminator="\n"), encoding="utf-8"
    )
    return [svg, png, csv]
