"""Every error has a name, an example whose whole message is kept, and its place in the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from zevrules.diagnostic import Diagnostic, Rejected
from zevrules.library import load_drafts
from zevrules.model.assembly import assemble
from zevrules.model.checker import check
from zevrules.report.messages import message, messages

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "errors"
CASES = sorted({path.relative_to(GOLDEN).parts[0].removesuffix(".zev") for path in GOLDEN.rglob("*.zev")})
ROOMS = sorted(path.parent.name for path in (ROOT / "zevrules").glob("*/errors.py"))

#: What only a file system, or a file of a size that no example should have, can bring about; each with its test.
BY_OTHER_TESTS = {
    "text-too-large": "tests/syntax/test_hostile.py",
    "unreadable-file": "tests/test_errors.py",
}


def rejection(reference: str) -> tuple[Diagnostic, ...]:
    """What is wrong with the ruleset at *reference*."""
    with pytest.raises(Rejected) as caught:
        carried(reference)
    return caught.value.diagnostics


def carried(reference: str) -> None:
    """The ruleset at *reference*, all the way to a checked model."""
    name, drafts = load_drafts(reference)
    check(assemble(drafts, name, "2024-12-31"))


def example(case: str) -> str:
    """The file or folder of a case, or the first of its rulesets."""
    folders = sorted({path.parent for path in (GOLDEN / case).rglob("*.zev")})
    return folders[0].relative_to(GOLDEN).as_posix() if folders else f"{case}.zev"


@pytest.fixture
def golden(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples as they are named in messages, on every machine alike."""
    monkeypatch.chdir(GOLDEN)


@pytest.mark.usefixtures("golden")
@pytest.mark.parametrize("case", CASES)
def test_message(case: str, expect: Callable[[Path, str], None]) -> None:
    """One fault a file, and the whole message, to the byte."""
    found = rejection(example(case))
    if case == "too-many-mistakes":
        assert len(found) == 101
        found = found[:1]

    assert {problem.code for problem in found} == {case}
    expect(GOLDEN / f"{case}.expected", messages(found))


@pytest.mark.usefixtures("golden")
@pytest.mark.parametrize("case", CASES)
def test_each_place_is_inside_its_source(case: str) -> None:
    """A caret that points past the text would point at nothing."""
    for problem in rejection(example(case)):
        for label in problem.labels:
            assert 0 <= label.at.start <= label.at.end <= len(label.at.source.text) + 1  # type: ignore[union-attr]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A link to nowhere is told like any other fault."""
    folder = tmp_path / "north" / "zev"
    folder.mkdir(parents=True)
    (folder / "rules.zev").symlink_to(folder / "missing.zev")

    assert [problem.code for problem in rejection(str(folder))] == ["unreadable-file"]


MANY = """\
ruleset north/zev
    title        "Example"
    jurisdiction Northland
    model years  2023 until 2026

§ WAC 173-423-075(1) — Obligation
eaach manufacturer must satisfy duty
    in modle year 2023
    off 5% × volume here in credits
gold mya satisfy duty
    unles large manufacturer
    in each model year
floor share by model year
    2023
    2024   4%
    2025   six
"""

LIKE_A_ROW = (
    "here could stand a number, a percentage, a unit (credits, vehicles, miles …), `and after`, `for each`, `open` …"
)
MANY_PLACES = [
    (4, "say `through` between model years"),
    (7, "did you mean `each`?"),
    (8, "did you mean `in model year`?"),
    (9, "did you mean `of`?"),
    (10, "did you mean `may satisfy`?"),
    (11, "did you mean `unless`?"),
    (14, LIKE_A_ROW),
    (16, LIKE_A_ROW),
]


def test_all_mistakes_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    """One mistake hides no other, be it on the line above."""
    path = tmp_path / "many.zev"
    path.write_text(MANY, encoding="utf-8")

    found = rejection(str(path))

    assert [(problem.labels[0].at.line, problem.help) for problem in found] == MANY_PLACES  # type: ignore[union-attr]


# --------------------------------------------------------------------------------- the catalogue


def functions(room: str) -> list[ast.FunctionDef]:
    """The error functions of a room: those that make a diagnostic."""
    tree = ast.parse((ROOT / "zevrules" / room / "errors.py").read_text(encoding="utf-8"))
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name[0] != "_"
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "Diagnostic"
    ]


ALL = [(room, function) for room in ROOMS for function in functions(room)]
NAMES = [f"{room}: {function.name.replace('_', '-')}" for room, function in ALL]


@pytest.mark.parametrize(("room", "function"), ALL, ids=NAMES)
def test_the_code_is_the_name_of_the_function(room: str, function: ast.FunctionDef) -> None:
    """One name runs through code, message, example and page."""
    codes = {n.value for n in ast.walk(function) if isinstance(n, ast.Constant) and isinstance(n.value, str)}

    assert function.name.replace("_", "-") in codes
    assert (ast.get_docstring(function) or "").endswith(".")


@pytest.mark.parametrize("room", ["model", "syntax"])
def test_every_error_of_a_ruleset_has_its_example(room: str) -> None:
    """A new function in errors.py needs a new file in tests/golden/errors."""
    codes = {function.name.replace("_", "-") for function in functions(room)}

    assert codes - set(CASES) - set(BY_OTHER_TESTS) == set()


def test_every_example_has_its_error() -> None:
    """An example that outlived its error would show a message that nobody can meet."""
    codes = {function.name.replace("_", "-") for _, function in ALL}

    assert set(CASES) - codes == set()
    for code, path in BY_OTHER_TESTS.items():
        assert code in codes
        assert code in (ROOT / path).read_text(encoding="utf-8")


def test_the_catalogue_lists_every_error() -> None:
    """The page is drawn from the code, so it can leave nothing out."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("catalogue", ROOT / "docs" / "_ext" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    anchors = re.findall(r"^\(([a-z-]+)\)=$", module.catalogue(), re.MULTILINE)

    assert anchors == list(dict.fromkeys(anchors))
    assert {function.name.replace("_", "-") for _, function in ALL} == set(anchors)


# --------------------------------------------------------------------------------- the drawing


def test_a_message_holds_nothing_that_moves_the_cursor() -> None:
    """A ledger or a file name may hold orders to a terminal; they are shown and not obeyed."""
    said = message(Diagnostic("a-fault", "\x1b[2J gone", why="\u202e turned", help="x\by"))

    assert all(char.isprintable() or char == "\n" for char in said)


def carets(said: str) -> list[tuple[str, str]]:
    """The lines of source of a message, each with the part that its carets mark."""
    lines = said.splitlines()
    marked = []
    for above, below in pairwise(lines):
        found = re.match(r" +\| *(\^+)", below)
        if found:
            marked.append((above, above[found.start(1) : found.end(1)]))
    return marked


PLACES: Sequence[tuple[str, str]] = [
    ("A may satisfy B", "may"),
    ('note "' + "long " * 60 + '" here', "here"),
    ("here " + "long " * 60, "here"),
    ("long " * 60 + "here " + "long " * 60, "here"),
]


@pytest.mark.parametrize(("text", "words"), PLACES)
def test_carets_stand_below_the_words(text: str, words: str) -> None:
    """In a long line as well, of which only a part is shown."""
    from zevrules.diagnostic import Label
    from zevrules.source import Source, Span

    source = Source("a.zev", "first\n" * 9 + text + "\nlast")
    span = Span(source, 0, len(source.text)).find(words)

    ((line, marked),) = carets(message(Diagnostic("a-fault", "wrong", (Label(span),))))

    assert marked == words
    assert len(line) < 120
