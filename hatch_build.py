"""When the package is built from a checkout, its commit is noted in what is built."""

import json
import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface):
    """Puts sim/commit.json into wheel and source distribution; an editable install asks git."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the build: a source distribution brings the note along, a checkout is asked."""
        known = runpy.run_path(str(Path(self.root) / "sim" / "commit.py"))
        found = known["of_checkout"](Path(self.root))
        if found is None or version == "editable":
            return
        self.folder = tempfile.TemporaryDirectory()
        note = Path(self.folder.name) / known["NOTE"]
        note.write_text(json.dumps(found) + "\n", encoding="utf-8")
        build_data["force_include"][str(note)] = f"sim/{known['NOTE']}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After the build: the note has been packed."""
        if hasattr(self, "folder"):
            self.folder.cleanup()
