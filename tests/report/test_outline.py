"""What a ruleset says, by section of the law: all of it once, in order, and the part that is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zevrules.citation import read_citation
from zevrules.driver import load
from zevrules.library import shipped_names
from zevrules.report.outline import outline

GOLDEN = Path(__file__).parents[1] / "golden" / "outline"
ROOT = Path(__file__).parents[2]
RULES = "tests/golden/outline/rules"

OUTLINES = [
    # expected file, ruleset, day, citation
    ("whole", "westland/base", "2030-06-01", None),
    ("adopted", "eastland/zev", "2031-06-01", None),
    ("before", "westland/base", "2029-01-01", "NAC 445B.835"),
    ("cited", "westland/base", "2030-06-01", "NAC 445B.830"),
    ("covering", "westland/base", "2030-06-01", "NAC 445B.812(1)"),
    ("also", "eastland/zev", "2031-06-01", "WAC 173-423-080"),
    ("nothing", "eastland/zev", "2031-06-01", "WAC 173-423-090"),
]


@pytest.mark.parametrize(("name", "ruleset", "day", "citation"), OUTLINES, ids=[row[0] for row in OUTLINES])
def test_outline(
    name: str,
    ruleset: str,
    day: str,
    citation: str | None,
    expect: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The whole outline, to the byte."""
    monkeypatch.chdir(ROOT)
    text = load(f"{RULES}/{ruleset}").on(day)
    expect(GOLDEN / f"{name}.txt", outline(text, read_citation(citation) if citation else None))


def written(ruleset: str, kept: set[tuple[str, int]]) -> Iterator[str]:
    """Every line below the citations of a shipped ruleset's files, of the provisions that begin at *kept*."""
    for path in sorted((ROOT / "rulesets" / ruleset).glob("*.zev")):
        name = path.relative_to(ROOT).as_posix()
        inside = False
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith(("§", "ruleset")):
                inside = line[0] == "§" and (name, number) in kept
            elif inside and line.strip() and not line.lstrip().startswith("#"):
                yield line


@pytest.mark.parametrize("ruleset", shipped_names())
def test_every_line_of_the_law_is_shown(ruleset: str) -> None:
    """Words that are in force are shown exactly as often as they are written, adopted words included."""
    text = load(ruleset).every()[-1]
    kept = {(a.span.source.name, a.span.line) for a in text.provisions}
    expected = Counter(line for name, _ in text.digests for line in written(name, kept))
    shown = Counter(line.partition(" | ")[2] for line in outline(text).splitlines() if " | " in line)
    assert shown == expected


def test_sections_stand_in_the_order_of_the_law() -> None:
    """Whatever the order of files."""
    text = load("california/acc1").every()[-1]
    cited = [line.split(" — ")[0] for line in outline(text).splitlines() if line.startswith("§")]
    assert [read_citation(one) for one in cited] == sorted(read_citation(one) for one in cited)


def test_a_citation_shows_no_more_than_it_should() -> None:
    """What it covers, what covers it, and what cites it: here a rounding."""
    text = load("california/acc1").on("2024-01-01")
    shown = outline(text, read_citation("13 CCR 1962.2(g)(2)(D)"))
    headings = [line.split(" — ")[0] for line in shown.splitlines() if line.startswith("§")]
    assert headings == ["§ 13 CCR 1962.2(b)(2)", "§ 13 CCR 1962.2(b)(3)"]
    assert "ZEV floor percentage by model year" not in shown
    assert "rounded to 0.01 credit, half up" in shown
