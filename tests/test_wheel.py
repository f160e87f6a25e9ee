"""The wheel by itself: rulesets and ledgers inside, and nothing imported beyond the three core packages."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

_PROGRAM = """
import sys
sys.path[:0] = {paths!r}
from zevrules.cli import main
status = main(["determine", "colorado/zev", "--ledger", "colorado-example", "--account", "Example Motors",
               "--model-year", "2023"])
outside = {{name.partition(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names)
print("imported:", sorted(name for name in outside if not name.startswith("_")))
raise SystemExit(status)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the project as it stands."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_determines_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, with lark, attrs and cattrs beside it and no other package to be found."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    core = tmp_path / "core"
    core.mkdir()
    for package in ("lark", "attr", "attrs", "cattr", "cattrs"):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        (core / package).symlink_to(Path(spec.origin).parent)

    program = _PROGRAM.format(paths=[str(tmp_path / "site"), str(core)])
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", program], cwd=tmp_path, capture_output=True, text=True)

    assert ran.stderr == ""
    assert ran.returncode == 0
    assert ran.stdout.startswith("COMPLIANT")
    imported = ran.stdout.rsplit("imported: ", 1)[1]
    assert set(eval(imported)) <= {"zevrules", "lark", "attr", "attrs"}


def test_the_wheel_holds_what_is_shipped(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())

    assert "zevrules/_grammar/zevrules.lark" in inside
    assert "zevrules/_rulesets/california/acc1/4-use.zev" in inside
    assert "zevrules/_rulesets/ledgers/california-bank/entries.csv" in inside
    assert "zevrules/py.typed" in inside
    assert not any(name.startswith(("tests/", "docs/")) for name in inside)
