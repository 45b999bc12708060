"""From a drawn figure to SVG and PNG, in the size of a page, of print or of slides."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from .aside import Aside
from .drawing import Picture, styled

DOTS_AN_INCH = 160
Painters = Aside[tuple[bytes, bytes]]  # this process and another


@dataclass(frozen=True)
class Size:
    """For what a figure is painted: its width in millimetres (none: as it is laid out), on a page
    of this height if it has one (the figure then stands in its middle), and dots an inch of its
    PNG."""

    width_mm: float | None
    height_mm: float | None
    dots: float


SIZES = {
    "page": Size(None, None, DOTS_AN_INCH),  # 9 inches wide, letters of 10 points
    "print": Size(180.0, None, 300.0),  # across a page of paper; letters of 6 to 8 points
    "slides": Size(338.667, 190.5, 144.0),  # 16:9, 1920 x 1080 dots
}


def svg_bytes(figure: Figure, size: str = "page") -> bytes:
    """The figure as SVG, the same bytes for the same input; a picture keeps them."""
    whole = _painted_svg(figure)
    page = SIZES[size]
    if page.width_mm is None:
        return whole
    height = 72 * figure.get_size_inches()[1]
    scale, top, left = _placed(figure, page)
    across = page.width_mm / 25.4 * 72 / scale
    down = height if page.height_mm is None else page.height_mm / 25.4 * 72 / scale
    frame = (
        f'width="{page.width_mm:g}mm" height="{down * scale / 72 * 25.4:.6g}mm" '
        f'viewBox="{0 - left:.6g} {0 - top:.6g} {across:.6g} {down:.6g}" style="background: white"'
    )
    return re.sub(rb'width="[^"]+" height="[^"]+" viewBox="[^"]+"', frame.encode(), whole, count=1)


def _placed(figure: Figure, page: Size) -> tuple[float, float, float]:
    """By how much a figure is scaled for a page, and the margins above and beside it, in points of
    the figure as it is laid out."""
    width, height = (72 * inches for inches in figure.get_size_inches())
    if page.width_mm is None:
        return 1.0, 0.0, 0.0
    scale = page.width_mm / 25.4 * 72 / width
    if page.height_mm is None:
        return scale, 0.0, 0.0
    scale = min(scale, page.height_mm / 25.4 * 72 / height)
    left = (page.width_mm / 25.4 * 72 / scale - width) / 2
    return scale, (page.height_mm / 25.4 * 72 / scale - height) / 2, left


@styled
def _painted_svg(figure: Figure) -> bytes:
    kept: bytes | None = getattr(figure, "svg", None)
    if kept is None:
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
        kept = buffer.getvalue()
        if isinstance(figure, Picture):
            figure.svg = kept
    return kept


def png_bytes(figure: Picture) -> bytes:
    """The figure as PNG of few colours, finer than a screen at its width in a page; the picture
    keeps it."""
    if figure.png is None:
        figure.png = _as_png(_painted(figure, SIZES["page"]), SIZES["page"])
    return figure.png


@styled
def _painted(figure: Figure, page: Size) -> Image.Image:
    whole = io.BytesIO()
    dots = page.dots * _placed(figure, page)[0]
    figure.savefig(whole, format="rgba", dpi=dots)
    width = int(figure.get_size_inches()[0] * dots + 1e-6)
    height = whole.getbuffer().nbytes // (4 * width)
    return Image.frombytes("RGBA", (width, height), whole.getvalue()).convert("RGB")


def _as_png(painted: Image.Image, page: Size) -> bytes:
    """What was painted, on its page, in few colours."""
    about = {}
    if page.width_mm is not None:
        about["dpi"] = (page.dots, page.dots)
    if page.width_mm is not None and page.height_mm is not None:
        whole = [round(side / 25.4 * page.dots) for side in (page.width_mm, page.height_mm)]
        sheet = Image.new("RGB", (whole[0], whole[1]), "white")
        corner = (sheet.width - painted.width) // 2, (sheet.height - painted.height) // 2
        sheet.paste(painted, corner)
        painted = sheet
    small = io.BytesIO()
    _few_colours(painted).save(small, "PNG", compress_level=7, **about)
    return small.getvalue()


def _few_colours(painted: Image.Image) -> Image.Image:
    """The same in 256 colours; all that cover any ground stay as they are. Most of a figure is
    white, which need not be counted."""
    pixels = np.asarray(painted)
    inked = (pixels != 255).any(axis=2)
    white, places = 255, np.full(inked.shape, 255, np.uint8)
    colours = [0] * 3 * white
    if inked.any():
        ink = Image.fromarray(pixels[inked][None]).quantize(
            white, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        places[inked] = np.asarray(ink)[0]
        found = ink.getpalette() or []
        colours[: len(found)] = found[: 3 * white]
    few = Image.fromarray(places)
    few.putpalette([*colours, 255, 255, 255])
    return few


def paint(picture: Picture, size: str = "page") -> tuple[bytes, bytes]:
    """A figure as SVG and as PNG."""
    if size == "page":
        return svg_bytes(picture), png_bytes(picture)
    return svg_bytes(picture, size), _as_png(_painted(picture, SIZES[size]), SIZES[size])


def save_figures(
    pictures: Mapping[str, Picture],
    folder: Path,
    size: str = "page",
    painters: Painters | None = None,
) -> dict[str, list[Path]]:
    """Write each as NAME.svg, NAME.png and, its numbers, NAME.csv; returns the three paths of each.

    ``size``: for a ``page`` on a screen, for ``print`` (180 mm wide, 300 dpi) or for ``slides``
    (16:9, 1920 x 1080; a tall figure stands in the middle, smaller). ``painters`` paint them, if
    not this process alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    calls = [(picture, size) for picture in pictures.values()]
    painted = painters.share(calls) if painters else [paint(*each) for each in calls]
    found = {}
    for (name, picture), (svg, png) in zip(pictures.items(), painted, strict=True):
        paths = [folder / f"{name}.{ending}" for ending in ("svg", "png", "csv")]
        paths[0].write_bytes(svg)
        paths[1].write_bytes(png)
        table = picture.data.to_csv(index=False, float_format="%.10g", lineterminator="\n")
        paths[2].write_text(table, encoding="utf-8", newline="\n")
        if size == "page":
            picture.svg, picture.png = svg, png
        found[name] = paths
    return found
