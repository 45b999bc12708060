"""Where the tables of a result lie: in memory, or in folders that each hold some replicates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .folders import TABLES

GROUP_ROWS = 16_384  # rows of a table that are written and read at a time


class Pieces(Protocol):
    """Tables of a study, scenario by scenario, piece by piece in order of replicate."""

    @property
    def names(self) -> tuple[str, ...]:
        """Which tables there are."""

    def of(
        self, table: str, scenario: str, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        """The rows of a scenario in pieces of bounded size, with these columns or all."""


class InMemory:
    """Tables held whole: by name, then by scenario."""

    def __init__(self, tables: Mapping[str, Mapping[str, pa.Table]]) -> None:
        self._tables = tables

    @property
    def names(self) -> tuple[str, ...]:
        """Which tables there are."""
        return tuple(name for name in TABLES if self._tables.get(name))

    def of(
        self, table: str, scenario: str, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        """The rows of a scenario in one piece, with these columns or all."""
        if scenario in self._tables[table]:
            whole = self._tables[table][scenario]
            yield whole if columns is None else whole.select(list(columns))


class InFolders:
    """Folders of Parquet tables whose row groups each belong to one scenario.

    ``folders`` in order of the replicates they hold; of those below ``count`` only the rows count.
    What the files say of themselves is read once.
    """

    def __init__(self, folders: Sequence[Path], count: int) -> None:
        self._count = count
        self._parts = {
            name: [
                _Part(path) for folder in folders if (path := folder / f"{name}.parquet").exists()
            ]
            for name in TABLES
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Which tables there are."""
        return tuple(name for name, parts in self._parts.items() if parts)

    def of(
        self, table: str, scenario: str, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        """The rows of a scenario, a row group at a time, with these columns or all."""
        for part in self._parts[table]:
            names = part.schema.names if columns is None else list(columns)
            if not part.groups:
                yield part.schema.empty_table().select(names)
                continue
            with pq.ParquetFile(part.path, metadata=part.metadata) as file:
                for group, (name, last) in enumerate(part.groups):
                    if name != scenario:
                        continue
                    if last < self._count:
                        yield file.read_row_group(group, columns=names)
                    else:
                        piece = file.read_row_group(group, columns=[*names, "replicate"])
                        yield piece.filter(pc.less(piece["replicate"], self._count)).select(names)


class _Part:
    """One file, and the scenario and last replicate of each of its row groups."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metadata = pq.read_metadata(path)
        self.schema = self.metadata.schema.to_arrow_schema()
        places = [self.schema.names.index(name) for name in ("scenario", "replicate")]
        self.groups = [
            (group.column(places[0]).statistics.max, group.column(places[1]).statistics.max)
            for group in map(self.metadata.row_group, range(self.metadata.num_row_groups))
        ]


def column(pieces: Pieces, table: str, scenario: str, name: str) -> np.ndarray:
    """One column of numbers whole, (rows,)."""
    parts = [np.empty(0)]
    for piece in pieces.of(table, scenario, [name]):
        parts += [chunk.to_numpy(zero_copy_only=False) for chunk in piece[name].chunks]
    return np.concatenate(parts[1:] or parts)


def regrouped(pieces: Iterator[pa.Table], rows: int = GROUP_ROWS) -> Iterator[pa.Table]:
    """The same rows in groups of one size, however they were cut before: same bytes on disk.

    No rows at all are one empty group, for even that has columns.
    """
    waiting: list[pa.Table] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += len(piece)
        if count >= rows:
            whole = pa.concat_tables(waiting).combine_chunks()
            edges = range(0, count + 1, rows)
            yield from (whole.slice(first, last - first) for first, last in pairwise(edges))
            count -= edges[-1]
            waiting = [whole.slice(edges[-1])] if count else []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def write_pieces(
    pieces: Pieces, scenarios: Sequence[str], folder: Path, to_stay: bool = True
) -> None:
    """Every table into ``folder``, scenario after scenario, in row groups of one size; what is not
    ``to_stay`` is written faster and larger."""
    for name in pieces.names:
        with ExitStack() as stack:
            writer = None
            for scenario in scenarios:
                for group in regrouped(pieces.of(name, scenario)):
                    writer = writer or stack.enter_context(
                        _writer(folder / f"{name}.parquet", group.schema, to_stay)
                    )
                    if len(group):
                        writer.write_table(group, row_group_size=len(group))


def _writer(path: Path, schema: pa.Schema, to_stay: bool) -> pq.ParquetWriter:
    """Floats repeat little, so a dictionary of them would only cost time and space."""
    is_number = pa.types.is_floating if to_stay else pa.types.is_primitive
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd" if to_stay else "none",
        compression_level=1 if to_stay else None,
        use_dictionary=[entry.name for entry in schema if not is_number(entry.type)],
        write_statistics=["scenario", "replicate"],
    )
