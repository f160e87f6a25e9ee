"""The shape of the code: which room may see which, what Python may name, and what the core may need."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from zevrules.citation import codes_of_law

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(path for path in (ROOT / "zevrules").rglob("*.py") if path.name != "_tables.py")

#: What is imported by some command or other, but must not be needed by the core.
EXTRAS = ["rich", "python_calamine", "xlsxwriter", "jsonschema", "msgspec"]


def test_imports_run_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    """The contracts stand in pyproject.toml, which is the picture as well."""
    failed = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert not failed, capsys.readouterr().out


def names_and_words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name and every string in *tree* but its docstrings, each with its line."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield node.lineno, text
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.FunctionDef(name=text) | ast.ClassDef(name=text):
                yield node.lineno, text.replace("_", " ")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_python_names_no_jurisdiction(path: Path) -> None:
    """Whose law it is stands in rulesets and in the codes of law, which are data."""
    places = {code.jurisdiction.lower() for code in codes_of_law()} - {"none"}
    tree = ast.parse(path.read_text(encoding="utf-8"))

    named = [(line, text) for line, text in names_and_words(tree) if any(place in text.lower() for place in places)]

    assert named == []


def test_the_core_needs_only_what_it_declares() -> None:
    """Every module can be imported where no extra is installed."""
    modules = [path.relative_to(ROOT).with_suffix("") for path in MODULES if path.name != "__main__.py"]
    names = [".".join(module.parts).removesuffix(".__init__") for module in modules]
    program = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({EXTRAS!r}))\n"  # None in sys.modules makes an import of it fail
        f"for name in {names!r}: importlib.import_module(name)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_wheel_carries_the_grammar_and_the_law() -> None:
    """The folders that `shipped` looks for in a wheel are the ones that the build puts there."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]

    assert wheel["wheel"]["sources"] == {"grammar": "zevrules/_grammar", "rulesets": "zevrules/_rulesets"}
    assert set(wheel["wheel"]["sources"]) < set(wheel["wheel"]["only-include"])
