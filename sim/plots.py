"""The figures of a study, each carrying the numbers it draws. Knows outcomes, never the model.

    for name, draw in FIGURES.items():
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

from sim.drawing import Picture, Study, styled
from sim.figures.lines import prices, quota_from_savings, repatriation, state_revenue
from sim.figures.savings import savings_over_time, savings_spent

FIGURES: dict[str, Callable[[Study], Picture]] = {
    "savings_over_time": savings_over_time,
    "savings_spent": savings_spent,
    "repatriation": repatriation,
    "quota_from_savings": quota_from_savings,
    "prices": prices,
    "state_revenue": state_revenue,
}


@styled
def svg_bytes(figure: Figure) -> bytes:
    """The figure as SVG, the same bytes for the same input."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


@styled
def save_figure(name: str, figure: Figure, data: pd.DataFrame, folder: Path) -> list[Path]:
    """Write NAME.svg, NAME.png (150 dpi) and the numbers as NAME.csv; returns the three paths."""
    folder.mkdir(parents=True, exist_ok=True)
    svg, png, csv = (folder / f"{name}.{ending}" for ending in ("svg", "png", "csv"))
    svg.write_bytes(svg_bytes(figure))
    figure.savefig(png, dpi=150, metadata={"Software": None})
    csv.write_text(
        data.to_csv(index=False, float_format="%.10g", lineterminator="\n"), encoding="utf-8"
    )
    return [svg, png, csv]
