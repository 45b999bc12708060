"""Measured points on disk, in batches beside the result to be, so that none is lived twice.

As in ``unfinished``: a batch is written under another name and renamed, holds the key of its study
and the checksum of its table, and counts for nothing if these do not fit.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..unfinished import is_sound, write_batch
from .points import InMemory, Key

SECONDS = 1.0  # after so long a batch is written
TABLE = "points.parquet"


class OnDisk(InMemory):
    """Keeps measured points in memory and in the unfinished folder of a result."""

    def __init__(self, place: Path, key: str) -> None:
        """Sound batches of the study of this key are found from the start."""
        super().__init__()
        self._place, self._key = place / "batches", key
        self._waiting: list[Key] = []
        self._written = time.monotonic()
        self._place.mkdir(exist_ok=True)
        for leftover in self._place.glob(".*"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._count = 0
        for batch in sorted(self._place.glob(f"[0-9]*-{key[:16]}")):
            self._count = int(batch.name.partition("-")[0]) + 1
            if is_sound(batch, key):
                self._read(batch / TABLE)

    def _read(self, path: Path) -> None:
        table = pq.read_table(path)
        points, numbers, faults = (
            table[name].to_pylist() for name in ("point", "replicate", "fault")
        )
        values = np.array(table["values"].to_pylist(), float).reshape(len(points), -1)
        for point, number, row, fault in zip(points, numbers, values, faults, strict=True):
            super().keep((point, number), row, fault)

    def keep(self, key: Key, values: np.ndarray, fault: str) -> None:
        """Keep what was measured, written with others when it is time."""
        super().keep(key, values, fault)
        self._waiting.append(key)
        if time.monotonic() - self._written > SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting as a batch, whole or not at all."""
        if not self._waiting:
            return
        name = f"{self._count:06d}-{self._key[:16]}"
        about = {"key": self._key, "numbers": [0, len(self._waiting) - 1]}
        write_batch(self._place, name, about, lambda scratch: self._write(scratch / TABLE))
        self._count += 1
        self._waiting = []
        self._written = time.monotonic()

    def _write(self, path: Path) -> None:
        keys = self._waiting
        pq.write_table(
            pa.table(
                {
                    "point": [point for point, _ in keys],
                    "replicate": [number for _, number in keys],
                    "values": [list(self.rows[key]) for key in keys],
                    "fault": [self.faults.get(key, "") for key in keys],
                }
            ),
            path,
        )
