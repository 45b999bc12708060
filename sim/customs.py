"""The real trade series: load, fill by a declared method, replace by the user's own.

Chinese customs figures for trade with North Korea, one row a month, in USD million. *Exports* are
Chinese exports to North Korea, *imports* Chinese imports from it. Many months were never printed;
`CustomsSeries.filled` makes those up, by the method of `customs_fill`, and marks every one.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .customs_file import (
    CUMULATIVES_HEADER,
    FLOWS,
    KNOWN,
    CustomsError,
    month_name,
    month_number,
    musd,
    read_rows,
    read_trade,
)
from .customs_fill import CannotFillError, Cells, Floats, PeriodSum, fill, project

__all__ = ["Cumulative", "CustomsError", "CustomsSeries", "FilledSeries", "load"]

PACKAGED = Path(__file__).parent / "data" / "china_trade_monthly.csv"
CUMULATIVES = PACKAGED.with_name("china_trade_cumulatives.csv")
SUMMED_COLUMNS = {"exports": [0], "imports": [1], "total": [0, 1]}


@dataclass(frozen=True)
class Cumulative:
    """A printed (R) or inferred (I) sum over the months `first`..`last`, both included."""

    first: str
    last: str
    flow: str  # exports, imports, or total: both together
    value_musd: float
    status: str

    def over(self, months: tuple[str, ...]) -> PeriodSum:
        """The same sum over the cells of the flows (exports, imports) in these months."""
        cells: Cells = np.zeros((len(months), 2), dtype=bool)
        inside = [self.first <= month <= self.last for month in months]
        cells[np.ix_(inside, SUMMED_COLUMNS[self.flow])] = True
        name = f"the {self.flow} of {self.first} to {self.last}"
        return PeriodSum(name, cells, self.value_musd)


@dataclass(frozen=True, eq=False)
class FilledSeries:
    """Trade in plain USD; every array and status tuple has one entry for each of `months`.

    A status is R, S, P (known, as in the file), split, filled or projected.
    """

    months: tuple[str, ...]
    exports_usd: Floats
    imports_usd: Floats
    export_status: tuple[str, ...]
    import_status: tuple[str, ...]

    def count(self, group: str, flow: str = "exports") -> int:
        """How many months of `flow` (exports, imports) are known, split, filled or projected."""
        statuses = {"exports": self.export_status, "imports": self.import_status}[flow]
        return sum(status in (KNOWN if group == "known" else (group,)) for status in statuses)

    def sentence(self) -> str:
        """How much of the series is known and how much is made up, for a report."""
        return f"{self._sentence_on('exports')} {self._sentence_on('imports')}"

    def _sentence_on(self, flow: str) -> str:
        groups = ("known", "split", "filled", "projected")
        known, split, filled, projected = (self.count(group, flow) for group in groups)
        return (
            f"Of {known + split + filled} months of Chinese {flow} {known} are known, "
            f"{split} split from a total, {filled} filled; {projected} projected."
        )


@dataclass(frozen=True, eq=False)
class CustomsSeries:
    """Consecutive months of customs figures in USD million; NaN and status "" where missing."""

    path: Path
    months: tuple[str, ...]
    exports: Floats
    imports: Floats
    total: Floats
    export_status: tuple[str, ...]
    import_status: tuple[str, ...]
    total_status: tuple[str, ...]
    sources: tuple[str, ...]
    cumulatives: tuple[Cumulative, ...] = ()

    def filled(self, first: str, last: str) -> FilledSeries:
        """Exports and imports in USD for each month `first`..`last`, both included, none missing.

        Known values stay as they are. From the first to the last month that has any value, the
        missing ones are *split* from a total or *filled* (`customs_fill.fill` says how). After
        those months they are *projected*: the same calendar month of the last 12 months of data;
        growth beyond the data is a scenario's affair.
        What a month gets does not depend on `first` and `last`.
        """
        start, stop = month_number(first), month_number(last)
        if stop < start:
            raise CustomsError(f"The last month {last} is before the first month {first}.")
        dated = self._dated()
        begin = month_number(self.months[dated.start])
        if start < begin:
            raise CustomsError(
                f"{self.path}: the figures begin in {month_name(begin)}; start then or later, not "
                f"in {first}."
            )
        after = max(0, stop - month_number(self.months[dated.stop - 1]))
        asked = slice(start - begin, stop - begin + 1)
        exports_usd, imports_usd = (self._values(dated, after)[asked] * 1e6).T
        return FilledSeries(
            months=tuple(month_name(number) for number in range(start, stop + 1)),
            exports_usd=_frozen(exports_usd),
            imports_usd=_frozen(imports_usd),
            export_status=self._marked(self.export_status, dated, after)[asked],
            import_status=self._marked(self.import_status, dated, after)[asked],
        )

    def whole(self) -> FilledSeries:
        """The series from the first to the last month that has any figure."""
        dated = self._dated()
        return self.filled(self.months[dated.start], self.months[dated.stop - 1])

    def _dated(self) -> slice:
        """The rows from the first to the last that has any figure."""
        flows = (self.exports, self.imports, self.total)
        dated = np.flatnonzero(np.isfinite(flows).any(axis=0))
        return slice(int(dated[0]), int(dated[-1]) + 1)

    def _values(self, dated: slice, after: int) -> Floats:
        """USD million (months, 2) in the dated rows and in as many months `after` them."""
        known = np.column_stack([self.exports, self.imports])[dated]
        sums = [cumulative.over(self.months[dated]) for cumulative in self.cumulatives]
        try:
            values = fill(known, self.total[dated], sums)
            return np.vstack([values, project(values, after)])
        except CannotFillError as error:
            raise CustomsError(f"{self.path}: {error}") from None

    def _marked(self, printed: tuple[str, ...], dated: slice, after: int) -> tuple[str, ...]:
        """One flow's statuses, with the made-up values marked by how they were made."""
        made_up = np.where(np.isfinite(self.total[dated]), "split", "filled").tolist()
        marked = [status or made for status, made in zip(printed[dated], made_up, strict=True)]
        return (*marked, *["projected"] * after)


def load(path: Path | None = None) -> CustomsSeries:
    """The series in the file at `path`, or the packaged one with its printed cumulatives.

    The file has exactly the columns of the packaged file and consecutive months; values are in
    USD million, empty where missing; each value has a status R, S or P. That a total differs from
    exports plus imports is no error: the sources disagree.
    """
    file = PACKAGED if path is None else Path(path)
    rows = read_trade(file)
    figures = np.array([[musd(row, flow) for flow in FLOWS] for row in rows])
    if not np.isfinite(figures).any():
        raise CustomsError(
            f"{file}: there is no figure in it; give at least one month with values."
        )
    exports, imports, total = (_frozen(flow) for flow in figures.T)
    export_status, import_status, total_status = (
        tuple(row[f"{flow}_status"] for row in rows) for flow in FLOWS
    )
    return CustomsSeries(
        path=file,
        months=tuple(row["month"] for row in rows),
        exports=exports,
        imports=imports,
        total=total,
        export_status=export_status,
        import_status=import_status,
        total_status=total_status,
        sources=tuple(row["source"] for row in rows),
        cumulatives=_packaged_cumulatives() if path is None else (),
    )


def _packaged_cumulatives() -> tuple[Cumulative, ...]:
    return tuple(
        Cumulative(
            r["first_month"], r["last_month"], r["flow"], float(r["value_musd"]), r["status"]
        )
        for r in read_rows(CUMULATIVES, CUMULATIVES_HEADER)
    )


def _frozen(values: Floats) -> Floats:
    values = np.array(values, dtype=np.float64)
    values.flags.writeable = False
    return values
