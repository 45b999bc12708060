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
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path


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
    if not _private(folder):
        folder = Path(tempfile.mkdtemp(prefix="trader-sim-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    return folder
