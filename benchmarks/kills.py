"""Kill a study over and over, at random moments, and go on with it each time.

    python benchmarks/kills.py [KILLS]        # 200 by default; about 10 minutes

Whatever the moment, no finished batch may be lost, and at the end the result must have the files
of one that was left in peace. A batch is written after every replicate, and one figure is drawn,
so that many kills meet a batch or a result being written. Prints what was found, and ends with
code 1 if anything was lost.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sim.folders import MANIFEST
from sim.unfinished import kept

CODE = """
from sim import cli, publish, unfinished
unfinished.SECONDS = -1.0
publish.drawable = lambda study: {"prices": publish.FIGURES["prices"]}
cli.main()
"""
STUDY = ["compare", "tight_control", "restored_autonomy", "-n", "40", "--posts", "12", "-q", "-o"]

KILLS_A_STUDY = 5  # then it may come to its end


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """The command, writing a batch after every replicate."""
    return subprocess.Popen([sys.executable, "-c", CODE, *words], cwd=folder)


def contents(folder: Path) -> dict[str, object]:
    """Every file, but what the manifest says of the moment."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found: dict[str, object] = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    manifest = json.loads((folder / MANIFEST).read_text())
    moment = ("finished", "seconds", "commit")
    return found | {MANIFEST: {key: manifest[key] for key in manifest if key not in moment}}


def main(kills: int) -> int:
    """How many were killed while what was going on, and whether anything was lost."""
    pace = random.Random(1)
    done, rounds, lost, while_writing = 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        began = time.monotonic()
        start(folder, *STUDY, "peace").wait()
        whole = time.monotonic() - began
        peace = contents(folder / "peace")
        while done < kills:
            rounds += 1
            name = f"round{rounds}"
            words, had = [*STUDY, name], 0
            for _ in range(KILLS_A_STUDY):
                if done == kills or (folder / name).exists():
                    break
                running = start(folder, *words)
                time.sleep(pace.uniform(0.1, 1.0) * whole)
                if running.poll() is None:
                    running.kill()
                    done += 1
                    while_writing += (folder / f"{name}.unfinished" / "whole").exists()
                running.wait()
                lost += kept(folder / name) < had and not (folder / name).exists()
                had = kept(folder / name)
                words = ["resume", name, "-q"] if had else [*STUDY, name]
            if not (folder / name).exists():
                start(folder, *words).wait()
            lost += contents(folder / name) != peace
    print(f"{done} kills in {rounds} studies, {while_writing} of them while a result was written")
    print(f"{lost} finished batches or results lost or changed")
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
