"""Where compiled code is kept: a private folder named after everything that shaped it.

numba's own cache notices changes only in the file of the compiled loop, not in the rules it
calls (numba issue 1833). So the folder carries a hash of every source file of the model and of
the versions of Python, numba and numpy: a changed rule finds an empty folder.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

SECONDS = "seconds"  # the file that remembers how long compiling took
KEPT_FOLDERS = 8  # of other rules and versions: those of a few checkouts
OURS = re.compile("[0-9a-f]{24}")


def rules_hash() -> str:
    """Hash of all that decides what a month does: model sources and the loop that runs them."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in [*sorted((here / "model").glob("*.py")), here / "run.py"]:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()


def _key() -> str:
    parts = [rules_hash(), sys.version, platform.machine(), str(Path(__file__).parent)]
    parts += [version(name) for name in ("numba", "llvmlite", "numpy")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _private(folder: Path) -> bool:
    """Make the folder ours alone; false if that cannot be had."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return False
        folder.chmod(0o700)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def choose_folder() -> Path:
    """Point numba at the cache; a folder that dies with the process where no home is writable."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "trader-sim" / _key()
    new = not folder.exists()
    if not _private(folder):
        folder = Path(tempfile.mkdtemp(prefix="trader-sim-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    else:
        with suppress(OSError):
            os.utime(folder)  # folders are forgotten by when they were last used
        if new:
            _forget_old(folder)
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder


def is_compiled() -> bool:
    """Whether the month was compiled before, by these rules, versions and machine."""
    return any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*live_months-*.nbi"))


def note_seconds(seconds: float) -> None:
    """Remember how long compiling took."""
    with suppress(OSError):
        (Path(os.environ["NUMBA_CACHE_DIR"]) / SECONDS).write_text(
            f"{seconds:.1f}", encoding="utf-8", newline="\n"
        )


def seconds_before() -> float | None:
    """How long compiling took last, by whatever rules; nothing if that is not known."""
    found = sorted(Path(os.environ["NUMBA_CACHE_DIR"]).parent.glob(f"*/{SECONDS}"), key=_age)
    for file in found:
        with suppress(OSError, ValueError):
            return float(file.read_text(encoding="utf-8"))
    return None


def _forget_old(folder: Path) -> None:
    """Remove what was last used longest ago; a process that still uses it compiles again."""
    others = [each for each in folder.parent.iterdir() if OURS.fullmatch(each.name)]
    for each in sorted(others, key=_age)[KEPT_FOLDERS:]:
        shutil.rmtree(each, ignore_errors=True)


def _age(path: Path) -> float:
    """Younger is less; what is gone meanwhile is oldest."""
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0
