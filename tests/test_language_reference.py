"""The examples of the language reference are rules: read, checked, and enough to show all there is to say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zevrules import Rules, load
from zevrules.model.clauses import STATEMENTS, WORDS
from zevrules.source import Source
from zevrules.syntax.parser import parse
from zevrules.syntax.tree import File

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "language.md"

#: Examples without a name go together into this file.
TOGETHER = "northland/zev/northland.zev"
_EXAMPLE = re.compile(
    r"^```(?:zev|\{code-block\} zev\n:caption: (?P<file>[^\n]+)\n)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def examples(page: str) -> dict[str, str]:
    """The text of each file that the examples of *page* make, by its name."""
    files: dict[str, str] = {}
    for example in _EXAMPLE.finditer(page):
        name = example["file"] or TOGETHER
        files[name] = files.get(name, "") + example["text"] + "\n"
    return files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The rulesets of the reference, as an author would keep them."""
    for name, text in examples(PAGE.read_text(encoding="utf-8")).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["northland/zev", "southland/zev"])
def test_the_examples_are_sound(folder: Path, name: str) -> None:
    """Every text of the rulesets on the page passes all checks."""
    rules: Rules = load(str(folder / name))

    assert [text.name for text in rules.every()] == [name] * len(rules.every())


def test_the_examples_show_two_texts_and_an_adoption(folder: Path) -> None:
    """The amended closing day is read from its day on; what is adopted runs in the adopter's place."""
    rules = load(str(folder / "southland/zev"))
    before, after = rules.on("2022-12-31"), rules.on("2023-01-01")

    assert [before.closings[0].month, after.closings[0].month] == [8, 9]
    assert after.jurisdiction == "Southland"
    assert "§ 13 CCR 9999(i)" not in [str(a.citation) for a in after.provisions]
    assert "§ 13 CCR 9999(j)" not in [str(a.citation) for a in after.provisions]


def _trees() -> list[File]:
    page = PAGE.read_text(encoding="utf-8")
    return [parse(Source(name, text)) for name, text in examples(page).items()]


def test_every_statement_has_an_example() -> None:
    """Nothing that the language can say is left to be guessed from the grammar."""
    shown = {s.sentence.kind for file in _trees() for p in file.provisions for s in p.statements}

    assert shown == set(STATEMENTS)


def test_every_clause_has_an_example() -> None:
    """Clauses are shown too, a change's among them."""
    statements = [s for file in _trees() for p in file.provisions for s in p.statements]
    shown = {clause.kind for s in statements for clause in s.clauses}
    within_years = {"of_kinds" for s in statements for c in s.clauses if c.kind == "in_years" and c.parts[3]}

    assert shown | within_years == {*WORDS, "instead"}


def test_the_taste_is_of_the_law_as_shipped() -> None:
    """Every line of rules on the first page stands in the shipped ruleset."""
    (taste,) = re.findall(r"^```zev\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    folder = ROOT / "rulesets" / "california" / "acc1"
    lines = {line.strip() for path in folder.glob("*.zev") for line in path.read_text(encoding="utf-8").splitlines()}

    assert [line for line in taste.splitlines() if line.strip() not in lines | {""}] == []
