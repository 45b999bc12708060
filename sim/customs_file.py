"""The CSV files of a trade series, and every mistake in one, with its line."""

import csv
import io
import math
import re
from collections.abc import Iterator
from pathlib import Path

Row = tuple[str, dict[str, str]]  # file:line, its cells by column

HEADER = (
    "month,chinese_exports_musd,chinese_exports_status,chinese_imports_musd,"
    "chinese_imports_status,total_musd,total_status,source,note"
)
CUMULATIVES_HEADER = "first_month,last_month,flow,value_musd,status,source,note"
KNOWN = ("R", "S", "P")  # reported; sum or difference; printed percentage change inverted
LARGEST_FILE_BYTES = 5_000_000
LARGEST_MUSD = 1_000_000.0  # a month above this was typed in dollars, not in millions


class CustomsError(ValueError):
    """A trade series that cannot be used, in one sentence to the person who can mend it."""


def read_rows(file: Path, header: str) -> Iterator[Row]:
    """Each row below the `header` of a CSV file, by column."""
    columns = header.split(",")
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    try:
        if next(reader, []) != columns:
            raise CustomsError(f"{file}:1: the columns are not as expected; they must be {header}.")
        for cells in filter(None, reader):
            where = f"{file}:{reader.line_num}"
            if len(cells) != len(columns):
                raise CustomsError(
                    f"{where}: the row has {len(cells)} cells instead of {len(columns)}; a text "
                    "with a comma in it needs double quotes around it."
                )
            yield where, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise CustomsError(
            f"{file}:{reader.line_num}: this is not a line of CSV ({error}); mend its quotes."
        ) from None


def _text(file: Path) -> str:
    try:
        if not file.is_file():
            raise CustomsError(f"{file}: there is no such file; give the path of a CSV file.")
        if file.stat().st_size > LARGEST_FILE_BYTES:
            raise CustomsError(f"{file}: the file is above 5 MB; a trade series takes a few kB.")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CustomsError(f"{file}: the file cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CustomsError(f"{file}:{line}: this is not UTF-8 text; save it as UTF-8.") from None


def consecutive_months(rows: list[Row]) -> tuple[str, ...]:
    """The months of the rows, each the one after the month before."""
    numbers = [month_number(row["month"], where) for where, row in rows]
    for (where, row), number, before in zip(rows[1:], numbers[1:], numbers, strict=False):
        if number != before + 1:
            raise CustomsError(
                f"{where}: the month is {row['month']}, but after {month_name(before)} comes "
                f"{month_name(before + 1)}."
            )
    return tuple(row["month"] for _, row in rows)


def musd(row: dict[str, str], flow: str, where: str) -> float:
    """The value of one flow in USD million, NaN where the cell is empty."""
    text, status = row[f"{flow}_musd"], row[f"{flow}_status"]
    if not text and not status:
        return math.nan
    if not text:
        raise CustomsError(f"{where}: {flow}_status is {status!r} without a value; give both.")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise CustomsError(
            f"{where}: {flow}_musd is {text!r}; it must be empty or a plain number of USD million, "
            "0 or more, such as 188.66."
        )
    if float(text) > LARGEST_MUSD:
        raise CustomsError(f"{where}: {flow}_musd is {text}; give it in millions of USD.")
    if status not in KNOWN:
        raise CustomsError(
            f"{where}: {flow}_status is {status!r}; beside a value it must be R (reported), S (sum "
            "or difference) or P (from a percentage change)."
        )
    return float(text)


def month_number(month: str, where: str = "The month asked for") -> int:
    """Months counted from year 0, so that the next month is one more."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise CustomsError(f"{where}: {month!r} is not a month; write it like 2025-07.")
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_name(number: int) -> str:
    """The month of this number, like 2025-07."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
