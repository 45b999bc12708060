"""What is said of a trade series: months known, gaps, and how each gap would be filled."""

from pathlib import Path

import pytest

from sim.customs import CustomsError, load
from sim.customs_file import HEADER
from sim.customs_gaps import explain

ROWS = """\
2024-01,10,R,1,R,,,,
2024-02,,,,,30,R,,
2024-03,,,,,40,R,,
2024-04,,,2,R,,,,
2024-05,,,2,R,50,R,,
2024-06,30,R,3,R,,,,
"""


def told(tmp_path: Path, rows: str) -> list[str]:
    path = tmp_path / "own.csv"
    path.write_text(f"{HEADER}\n{rows}")
    return explain(load(path)).replace(str(path), "own.csv").splitlines()


def test_every_gap_is_named_with_the_method_that_fills_it(tmp_path: Path) -> None:
    assert told(tmp_path, ROWS) == [
        "own.csv: fine, 6 months, 2024-01 to 2024-06",
        "  Chinese exports: 2 of 6 months known",
        "    split, 3 months: 2024-02 to 2024-03, 2024-05",
        "    filled, 1 month: 2024-04",
        "  Chinese imports: 4 of 6 months known",
        "    split, 2 months: 2024-02 to 2024-03",
        "  split: cut from the month's total: the total less the other flow, or by the share of "
        "exports in the months around it",
        "  filled: on the log-linear path between the values around it, level before the first and "
        "after the last",
        "  after 2024-06: nothing; to go on takes 12 months of data",
    ]


def test_a_year_without_gaps_says_so_and_how_it_goes_on(tmp_path: Path) -> None:
    rows = "".join(f"2024-{month:02d},10,R,1,R,,,,\n" for month in range(1, 13))
    assert told(tmp_path, "2023-12,,,,,,,,\n" + rows) == [
        "own.csv: fine, 12 months, 2024-01 to 2024-12",
        "  Chinese exports: 12 of 12 months known",
        "  Chinese imports: 12 of 12 months known",
        "  after 2024-12: the last 12 months again, growing by growth_share",
    ]


def test_what_is_said_of_the_packaged_series_agrees_with_its_filling() -> None:
    whole, text = load().whole(), explain(load())
    for flow in ("exports", "imports"):
        assert f"Chinese {flow}: {whole.count('known', flow)} of 108 months known" in text
        for method in ("split", "filled"):
            assert f"    {method}, {whole.count(method, flow)} months: " in text


def test_a_series_that_cannot_be_filled_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CustomsError, match="nothing tells exports from imports"):
        told(tmp_path, "2024-01,,,,,30,R,,\n")
