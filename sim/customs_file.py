"""The CSV files of a trade series, and every mistake in one, with its line."""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

Line = tuple[int, list[str]]  # the number of a line and its cells
Row = dict[str, str]  # a line's cells by column
Fault = tuple[int, str]  # the number of a line and a sentence

HEADER = (
    "month,chinese_exports_musd,chinese_exports_status,chinese_imports_musd,"
    "chinese_imports_status,total_musd,total_status,source,note"
)
CUMULATIVES_HEADER = "first_month,last_month,flow,value_musd,status,source,note"
FLOWS = ("chinese_exports", "chinese_imports", "total")
KNOWN = ("R", "S", "P")  # reported; sum or difference; printed percentage change inverted
LARGEST_FILE_BYTES = 5_000_000
LARGEST_MUSD = 1_000_000.0  # a month above this was typed in dollars, not in millions
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class CustomsError(ValueError):
    """A trade series that cannot be used: a sentence for each thing there is to mend."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def read_trade(file: Path) -> list[Row]:
    """The months of a trade series in order; CustomsError with every mistake in the file."""
    lines, faults = _lines(file, HEADER)
    whole, misfits = _by_column(lines, HEADER)
    cells = (
        (number, said)
        for number, row in whole
        for flow in FLOWS
        if (said := _wrong_in_cell(row, flow))
    )
    _refuse(file, [*faults, *misfits, *_months_out_of_order(lines), *cells])
    return [row for _, row in whole]


def read_rows(file: Path, header: str) -> list[Row]:
    """The rows below the `header` of any CSV file, by column."""
    lines, faults = _lines(file, header)
    whole, misfits = _by_column(lines, header)
    _refuse(file, [*faults, *misfits])
    return [row for _, row in whole]


def _refuse(file: Path, faults: Iterable[Fault]) -> None:
    told = [f"{file}:{number}: {said}" for number, said in sorted(faults)]
    if told:
        raise CustomsError(*told)


def _lines(file: Path, header: str) -> tuple[list[Line], list[Fault]]:
    """The lines below the header that are CSV, and what keeps the rest from being read."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    lines: list[Line] = []
    try:
        first = next(reader, [])
        if first != header.split(","):
            apart = ", ';' stands between them" if any(";" in cell for cell in first) else ""
            said = f"the columns are not as expected{apart}; they must be {header}."
            return [], [(1, said)]
        for cells in filter(None, reader):
            lines.append((reader.line_num, cells))
    except csv.Error as error:
        said = f"this is not a line of CSV ({error}); mend its quotes."
        return lines, [(reader.line_num, said)]
    return lines, []


def _text(file: Path) -> str:
    try:
        if not file.exists():
            raise CustomsError(f"{file}: there is no such file; give the path of a CSV file.")
        if not file.is_file():  # a pipe or a device may never end
            raise CustomsError(f"{file}: this is not an ordinary file; give that of a CSV file.")
        if file.stat().st_size > LARGEST_FILE_BYTES:
            raise CustomsError(f"{file}: the file is above 5 MB; a trade series takes a few kB.")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CustomsError(f"{file}: the file cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CustomsError(f"{file}:{line}: this is not UTF-8 text; save it as UTF-8.") from None


def _by_column(lines: list[Line], header: str) -> tuple[list[tuple[int, Row]], list[Fault]]:
    """The lines with as many cells as there are columns, and a word on the others."""
    columns = header.split(",")
    whole: list[tuple[int, Row]] = []
    misfits: list[Fault] = []
    for number, cells in lines:
        if len(cells) == len(columns):
            whole.append((number, dict(zip(columns, cells, strict=True))))
        else:
            said = f"the row has {len(cells)} cells instead of {len(columns)}; a text with a comma "
            misfits.append((number, said + "in it needs double quotes around it."))
    return whole, misfits


def _months_out_of_order(lines: list[Line]) -> Iterator[Fault]:
    """Every first cell that is no month, or not the month after the one before it."""
    before = None
    for number, (month, *_) in lines:
        if not MONTH.fullmatch(month):
            yield number, f"{month!r} is not a month; write it like 2025-07."
            before = None
            continue
        at = month_number(month)
        if before is not None and at != before + 1:
            after = f"after {month_name(before)} comes {month_name(before + 1)}"
            yield number, f"the month is {month}, but {after}."
        before = at


def _wrong_in_cell(row: Row, flow: str) -> str:
    """What is wrong with the value of one flow or with its status, or nothing."""
    text, status = row[f"{flow}_musd"], row[f"{flow}_status"]
    if not text:
        return f"{flow}_status is {status!r} without a value; give both." if status else ""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        expected = "it must be empty or a plain number of USD million, 0 or more, such as 188.66"
        return f"{flow}_musd is {text!r}; {expected}."
    if float(text) > LARGEST_MUSD:
        return f"{flow}_musd is {text}; give it in millions of USD."
    if status not in KNOWN:
        expected = "R (reported), S (sum or difference) or P (from a percentage change)"
        return f"{flow}_status is {status!r}; beside a value it must be {expected}."
    return ""


def musd(row: Row, flow: str) -> float:
    """The value of one flow in USD million, NaN where the cell is empty."""
    return float(row[f"{flow}_musd"] or math.nan)


def month_number(month: str) -> int:
    """Months counted from year 0, so that the next month is one more."""
    if not MONTH.fullmatch(month):
        raise CustomsError(f"The month asked for: {month!r} is not a month; write it like 2025-07.")
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_name(number: int) -> str:
    """The month of this number, like 2025-07."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
