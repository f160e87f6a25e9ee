"""No file, however strange, takes long, takes much memory, or brings about anything but words."""

from __future__ import annotations

import random
import time
import tracemalloc
from pathlib import Path

import pytest

from zevrules.diagnostic import Rejected
from zevrules.library import load_drafts
from zevrules.model.assembly import assemble
from zevrules.model.checker import check
from zevrules.report.messages import messages
from zevrules.source import Source
from zevrules.syntax.parser import parse

RULESETS = Path(__file__).parents[2] / "rulesets"

OPENING = """\
ruleset north/zev
    title        "Example"
    jurisdiction Northland
    model years  2023 through 2026

§ WAC 173-423-075(1) — Obligation
fact volume in vehicles of each model year in each jurisdiction
X credits are gold and silver, highest first
each model year closes on August 31 of the next year
each manufacturer must satisfy duty
    of 5% × volume here in credits
"""

#: What an attack, or a cat on the keyboard, may be: a text, and the code that it is told by.
ATTACKS = {
    "10 MB": ("x" * 10_000_000, "text-too-large"),
    "a thousand brackets": (OPENING + "cost is " + "(" * 1000 + "5" + ")" * 1000, "too-many-brackets"),
    "brackets that never close": (OPENING + "cost is " + "(" * 1000, "too-many-brackets"),
    "a million digits": (OPENING + "cost is " + "9" * 900_000, "number-too-long"),
    "a percentage of a million digits": (OPENING + "cost is " + "9" * 900_000 + "%", "number-too-long"),
    "100,000 statements of one name": (OPENING + "c is 5\n" * 100_000, "too-many-mistakes"),
    "40,000 facts of one name": (OPENING + "fact cost in miles\n" * 40_000, "too-many-mistakes"),
    "20,000 unknown names": (
        OPENING + "".join(f"gold{n} may satisfy duty\n" for n in range(20_000)),
        "too-many-mistakes",
    ),
    "20,000 names and as many unknown": (
        OPENING + "".join(f"cost{n} is kost{n}\n" for n in range(20_000)),
        "too-many-mistakes",
    ),
    "100,000 mistakes": (OPENING + "a a a\n" * 100_000, "too-many-mistakes"),
    "mistakes under one statement": (OPENING + "    off 5\n" * 50_000, "unexpected-words"),
    "one line of words": ("ruleset " + "a b " * 200_000, "reserved-word"),
    "a long sum": (OPENING + "cost is " + " + ".join(["5"] * 100_000), "formula-too-long"),
    "a long condition": (
        OPENING + "gold may satisfy duty\n    when " + " and ".join(["fit"] * 10_000),
        "formula-too-long",
    ),
    "the lesser of the lesser": (OPENING + "cost is " + "the lesser of 1 and " * 10_000 + "5", "formula-too-long"),
    "a chain of definitions": (OPENING + "".join(f"c{n} is c{n + 1}\n" for n in range(20_000)), "too-many-mistakes"),
    "changes of changes": (
        OPENING + "".join(f"{'    ' * n}from model year 2024, gold may satisfy duty instead\n" for n in range(1, 200)),
        "misplaced-clause",
    ),
    "ever deeper lines": (OPENING + "".join(" " * n + "of 5\n" for n in range(1, 1000)), "uneven-indentation"),
    "nothing but quotation marks": (OPENING + '"' * 100_001, "unfinished-quotation"),
    "nothing but zeros": ("\0" * 900_000, "too-many-mistakes"),
    "nothing but line ends": ("\n" * 900_000, "no-header"),
    "nothing but spaces": (" " * 900_000, "no-header"),
    "nothing": ("", "no-header"),
    "a comment": ("# rules to follow", "no-header"),
    "everything indented": ("    ruleset north/zev\n    title", "unexpected-words"),
}


def carried(path: Path) -> None:
    """The ruleset at *path*, all the way to a checked model."""
    name, drafts = load_drafts(str(path))
    check(assemble(drafts, name, "2024-12-31"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_told_in_words(attack: str, tmp_path: Path) -> None:
    """Within seconds, and with the memory of a few copies of the text."""
    text, code = ATTACKS[attack]
    path = tmp_path / "rules.zev"
    path.write_text(text, encoding="utf-8")

    started = time.process_time()
    with pytest.raises(Rejected) as caught:
        carried(path)
    said = messages(caught.value.diagnostics)

    assert code in {problem.code for problem in caught.value.diagnostics}, said[:500]
    assert time.process_time() - started < 30
    assert len(caught.value.diagnostics) <= 101
    assert len(said) < 200_000


def test_memory_stays_in_bounds() -> None:
    """A file that is refused costs little more than its text."""
    source = Source("rules.zev", "\0" * 900_000)

    tracemalloc.start()
    with pytest.raises(Rejected):
        parse(source)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 20_000_000


def test_a_ring_of_adoptions(tmp_path: Path) -> None:
    """Each of fifty rulesets adopts the next, and the last the first."""
    for n in range(50):
        folder = tmp_path / "ring" / f"r{n}"
        folder.mkdir(parents=True)
        adopts = f"    adopts ring/r{(n + 1) % 50} as amended\n"
        (folder / "rules.zev").write_text(
            OPENING.replace("north/zev", f"ring/r{n}").replace("\n\n", f"\n{adopts}\n", 1)
        )

    with pytest.raises(Rejected) as caught:
        load_drafts(str(tmp_path / "ring" / "r0"))

    assert [problem.code for problem in caught.value.diagnostics] == ["circular-adoption"]


def test_a_link_out_of_the_folder_brings_nothing_in(tmp_path: Path) -> None:
    """Rules are what stands in the folder."""
    folder = tmp_path / "north" / "zev"
    folder.mkdir(parents=True)
    (folder / "rules.zev").write_text(OPENING, encoding="utf-8")
    (tmp_path / "outside.zev").write_text("§ WAC 173-423-075(2) — Smuggled\ncost is 5\n", encoding="utf-8")
    (folder / "more.zev").symlink_to(tmp_path / "outside.zev")

    name, drafts = load_drafts(str(folder))

    assert [authority.title for authority, _, _ in drafts[name].provisions] == ["Obligation"]


TEXTS = [path.read_text(encoding="utf-8") for path in sorted(RULESETS.rglob("*.zev"))]


@pytest.mark.parametrize("seed", range(60))
def test_a_spoilt_ruleset_is_told_in_words(seed: int) -> None:
    """Letters lost, doubled, turned round; lines lost or pushed aside: each is told, at a place in the text."""
    chance = random.Random(seed)
    text = chance.choice(TEXTS)
    for _ in range(4):
        text = spoilt(text, chance)
    source = Source("rules.zev", text)

    try:
        parse(source)
    except Rejected as rejected:
        assert "Token(" not in (said := messages(rejected.diagnostics))
        assert not any(jargon in said for jargon in ("_NL", "_INDENT", "$END", "Traceback", "NAME "))
        for problem in rejected.diagnostics:
            for label in problem.labels:
                assert 0 <= label.at.start <= label.at.end <= len(text) + 1  # type: ignore[union-attr]


def spoilt(text: str, chance: random.Random) -> str:
    """*text* with one slip."""
    start = chance.randrange(len(text))
    end = start + chance.randint(1, 8)
    lines = text.split("\n")
    line = chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:start] + text[start:end][::-1] + text[end:]
        case 2:
            return text[:start] + chance.choice(' \n"(),%§#-×0a') + text[start:]
        case 3:
            lines[line] = " " * chance.randint(0, 9) + lines[line].lstrip()
        case _:
            del lines[line]
    return "\n".join(lines)
