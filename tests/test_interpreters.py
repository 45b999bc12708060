"""The other supported Pythons, each with the Mesa it gets, where they are found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUPPORTED = ("3.11", "3.12", "3.13")
ASK = "import sys, mesa, numba, pytest; print('%d.%d' % sys.version_info[:2], mesa.__version__)"
MESA = {"3.11": "3.3", "3.12": "3.5", "3.13": "3.5"}


def candidates():
    """Interpreters named in TRADER_SIM_PYTHONS (a list like PATH), then those on PATH."""
    named = os.environ.get("TRADER_SIM_PYTHONS", "").split(os.pathsep)
    return [*filter(None, named), *filter(None, (shutil.which(f"python{v}") for v in SUPPORTED))]


def of_version(version):
    """An interpreter of this version that starts and has the libraries, and its Mesa."""
    for python in [sys.executable, *candidates()]:
        told = subprocess.run([python, "-c", ASK], capture_output=True, text=True, cwd=ROOT)
        if told.returncode == 0 and told.stdout.split()[0] == version:
            return python, told.stdout.split()[1]
    pytest.skip(f"no Python {version} with the locked libraries; name one in TRADER_SIM_PYTHONS")


@pytest.mark.long
@pytest.mark.parametrize("version", SUPPORTED)
def test_mesa_the_two_carriers_and_an_extension_work_there(version, tmp_path):
    python, mesa = of_version(version)
    assert mesa.startswith(MESA[version])
    told = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_mesa.py",
         "tests/test_examples.py", "tests/laws/test_two_carriers.py",
         "-k", "test_mesa or test_examples or (every_mechanism_on and tight_control-1)"],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-3000:]
    assert " passed" in told.stdout


SAME = """
import sim
result = sim.study([sim.load("tight_control", ["cohort.posts=40"])], 3)
for name in ("savings_median", "remittance_usd", "overstay_share"):
    print(name, *(f"{value:.9e}" for value in result.ends("tight_control", name)))
"""


@pytest.mark.long
def test_all_give_the_same_numbers(tmp_path):
    told = {}
    for version in SUPPORTED:
        try:
            python, _ = of_version(version)
        except pytest.skip.Exception:
            continue
        more = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.run([python, "-c", SAME], cwd=tmp_path, capture_output=True, text=True,
                             env=more)  # fmt: skip
        assert run.returncode == 0, run.stderr
        told[version] = run.stdout
    if len(told) < 2:
        pytest.skip("only one Python with the locked libraries; name more in TRADER_SIM_PYTHONS")
    assert len(set(told.values())) == 1, told
