"""Which commit this is: asked of git in a checkout, and otherwise what the build noted.

``hatch_build.py`` writes the note into wheel and source distribution.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

NOTE = "commit.json"


def commit() -> dict[str, Any] | None:
    """``{"hash": …, "dirty": whether files differ from it}``; nothing where nobody knows."""
    here = Path(__file__).parent
    return of_checkout(here.parent) or _noted(here / NOTE)


def of_checkout(folder: Path) -> dict[str, Any] | None:
    """The commit of a folder that is a checkout."""
    if not (folder / ".git").exists():
        return None
    git = ["git", "-C", str(folder)]
    try:
        head, differs = (
            subprocess.run(git + words, capture_output=True, text=True, timeout=5, check=True)
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return {"hash": head.stdout.strip(), "dirty": bool(differs.stdout.strip())}


def _noted(note: Path) -> dict[str, Any] | None:
    return json.loads(note.read_text(encoding="utf-8")) if note.is_file() else None


def in_words(found: dict[str, Any] | None) -> str:
    """The commit as told to people, or nothing."""
    if not found:
        return ""
    return found["hash"] + " (with changes that are not committed)" * found["dirty"]
