"""The pages for readers say what is so: every command shown is run, every list is drawn from the code.

In a page, in its order:

* a ``console`` block shows commands after ``$`` and what they print; those of ``zevrules`` are run; a line ``...``
  stands for any lines;
* a ``diff`` block changes a file, as the reader does in an editor;
* a ``{code-block}`` with a caption is the file of that name;
* ``>>>`` shows Python and what it says (checked as doctests too; here so that it can be written anew);
* what stands between ``<!-- drawn: NAME -->`` and ``<!-- end -->`` is made by the function of that name below.

All commands of a page are run in one folder of its own. ``pytest --update tests/test_docs.py`` writes what
came out into the pages; where lines are left out, those that are shown find their like in the new output.
"""

from __future__ import annotations

import doctest
import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts)]
LEFT_OUT = "..."

_FENCE = re.compile(
    r"^```(?P<lang>console|diff|\{code-block\}[^\n]*)\n(?::caption: (?P<file>[^\n]+)\n\n?)?(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_DRAWN = re.compile(r"(<!-- drawn: (?P<name>[^\n]+) -->\n)(?P<text>.*?)(<!-- end -->)", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page(page: Path, tmp_path: Path, expect: Callable[[Path, str], None]) -> None:
    """A page shows what its commands print, and lists what the code says."""
    text = page.read_text(encoding="utf-8")
    text = _DRAWN.sub(lambda m: m[1] + DRAWN[m["name"]]() + m[4], text)
    text = _answered(text, page.name)

    expect(page, _FENCE.sub(lambda m: _done(m, tmp_path), text))


def _done(block: re.Match[str], folder: Path) -> str:
    """The *block* as it ought to be, after doing in *folder* what it says."""
    if block["lang"] == "console":
        return f"```console\n{''.join(_run(block['body'], folder))}```"
    if block["lang"] == "diff":
        _change(block["body"], folder)
    elif block["file"]:
        path = folder / block["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block["body"], encoding="utf-8")
    return block[0]


class _Answers(doctest.DocTestRunner):
    """Takes down what came out of each example that did not say what the page shows."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.got: list[tuple[doctest.Example, str]] = []

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self.got.append((example, got))


def _answered(text: str, name: str) -> str:
    """The page with what its Python examples say now."""
    runner = _Answers()
    runner.run(doctest.DocTestParser().get_doctest(text, {}, name, name, 0), out=lambda said: None)
    lines = text.splitlines(keepends=True)
    for example, got in reversed(runner.got):
        first = example.lineno + example.source.count("\n")
        lines[first : first + example.want.count("\n")] = [got.replace("\n\n", "\n<BLANKLINE>\n")]
    return "".join(lines)


def _change(diff: str, folder: Path) -> None:
    """Put the ``+`` line in place of the ``-`` line, which stands in the file once, however it is indented."""
    (name,) = re.findall(r"^\+\+\+ (.+)$", diff, re.MULTILINE)
    (old,) = re.findall(r"^-(?!--)(.+)$", diff, re.MULTILINE)
    (new,) = re.findall(r"^\+(?!\+\+)(.+)$", diff, re.MULTILINE)
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{name} does not have this line just once: {old}"
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def _run(body: str, folder: Path) -> Iterator[str]:
    """Each command of a console block, and what it prints, shown as far as the page shows it."""
    for command, shown in re.findall(r"^\$ ([^\n]+)\n(.*?)(?=^\$ |\Z)", body, re.MULTILINE | re.DOTALL):
        yield f"$ {command}\n"
        if not command.startswith("zevrules "):
            yield shown
            continue
        args = shlex.split(command, comments=True)[1:]
        said = subprocess.run(
            [sys.executable, "-m", "zevrules", *args], cwd=folder, encoding="utf-8", check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "PYTHONUTF8": "1", "NO_COLOR": "1"},
        )  # fmt: skip
        assert "Traceback" not in said.stdout, said.stdout
        lines = [line.rstrip() for line in said.stdout.splitlines()]
        blank = len(shown) - len(shown.rstrip("\n"))  # a blank line before the next command belongs to the page
        made = "".join(f"{line}\n" for line in _shown(shown.splitlines(), lines)).rstrip("\n")
        yield made + "\n" * max(blank, bool(made))  # of a new example, nothing is shown yet


def _shown(wanted: list[str], lines: list[str]) -> list[str]:
    """*lines* as far as the page shows them: each run of *wanted* lines where it stands, or where its like does."""
    if LEFT_OUT not in wanted:
        return lines
    runs = list(_runs(wanted))
    made = lines[: len(runs[0])]
    at = len(made)
    for number, run in enumerate(runs[1:], start=2):
        last = len(lines) - len(run)  # where what the page shows as the end must begin
        places = range(at, last + 1) if number < len(runs) else [last]
        at = max(places, key=lambda i: _likeness(run, lines[i:]), default=at)
        made += [LEFT_OUT, *lines[at : at + len(run)]]
        at += len(run)
    return made


def _runs(lines: Iterable[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for line in lines:
        if line == LEFT_OUT:
            yield run
            run = []
        else:
            run.append(line)
    yield run


def _likeness(run: list[str], lines: list[str]) -> float:
    """How like the first of *lines* are to *run*: equal lines count most, then words in common."""
    alike = 0.0
    for mine, other in zip(run, lines, strict=False):
        a, b = set(mine.split()), set(other.split())
        alike += 1 if mine == other else 0.9 * len(a & b) / len(a | b) if a | b else 0
    return alike


def test_the_readme_shows_what_make_demo_prints():
    """The command on the first page is the one in the Makefile, and no other."""
    readme, makefile = (ROOT / "README.md").read_text(encoding="utf-8"), (ROOT / "Makefile").read_text(encoding="utf-8")
    (demo,) = re.findall(r"\$\(BIN\)/(zevrules .+)", makefile)

    assert f"$ {demo}\n" in readme


@pytest.mark.parametrize(
    ("wanted", "lines", "shown"),
    [
        (["a", "..."], ["a", "b"], ["a", "..."]),
        (["a", "...", "c"], ["a", "b", "c"], ["a", "...", "c"]),
        (["a", "...", "total 1"], ["a", "b", "total 2"], ["a", "...", "total 2"]),
        (["a", "..."], ["x", "b"], ["x", "..."]),
        (["a", "...", "c"], ["a", "c", "d"], ["a", "...", "d"]),
        (["a"], ["a", "b"], ["a", "b"]),
    ],
)
def test_left_out_lines(wanted, lines, shown):
    """A page that leaves lines out is still wrong where a line that it shows has changed."""
    assert _shown(wanted, lines) == shown


def test_the_benchmarks_measure_what_is_sound(tmp_path: Path):
    """The rules and the ledger that the benchmarks make are read without fault."""
    from zevrules import load, read_ledger

    benchmarks = runpy.run_path(str(ROOT / "benchmarks" / "run.py"))
    benchmarks["main"].__globals__.update(LINES=100, ROWS=100)

    assert load(str(benchmarks["rules"](tmp_path))).every()[0].caps
    assert len(read_ledger(benchmarks["ledger"](tmp_path / "ledger")).entries) == 100


# ------------------------------------------------------------------------------- what is drawn


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ("---",) * len(head), *rows))


def _statements() -> str:
    from zevrules.model import clauses

    application = set(clauses._WHEN)
    rows = []
    for kind, (words, allowed) in clauses.STATEMENTS.items():
        own = [_cell(clauses.WORDS[c]) for c in allowed if not (application <= set(allowed) and c in application)]
        taken = own + ["when it applies"] * (application <= set(allowed))
        rows.append((words, f"`{_sentence(kind)}`", ", ".join(taken) or "–"))
    listed = ", ".join(clauses.WORDS[c] for c in clauses._WHEN)
    return (
        _table(("", "statement", "clauses it takes"), rows)
        + f"\n*When it applies* is any of {listed}.\nEvery statement also takes `unverified` and `note`.\n"
    )


def _sentence(kind: str) -> str:
    """The form of a statement, read from its rule in the grammar: capitals for what the author fills in."""
    grammar = (ROOT / "grammar" / "zevrules.lark").read_text(encoding="utf-8")
    rules = dict(re.findall(r"^(\w+): (.+)$", grammar, re.MULTILINE))

    def words(rule: str) -> str:
        return re.sub(r"\w+|\*", lambda m: _filled.get(m[0]) or _word(m[0]), rule)

    def _word(symbol: str) -> str:
        from zevrules.syntax.words import phrase

        return f"({words(rules[symbol])})" if symbol in _spelled else phrase(symbol) or symbol.upper()

    _spelled = {"_expiry_end", "fact_value"}
    _filled = {
        "names": "NAMES", "expr": "EXPRESSION", "share": "SHARE", "options": "option N or option N", "NUMBER": "N",
        "STRING": '"…"', "fact_scope": "SCOPE", "IN_UNIT": "in UNIT", "AT_MOST": "≤", "MONTH": "MONTH", "_COMMA": ",",
        "*": "s",
    }  # fmt: skip
    form = words(rules[kind]).replace("SCOPEs", "[SCOPES]").replace(" ,", ",")
    return _cell(re.sub(r"([(\[])\s+|\s+([)\]])", r"\1\2", form))


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _reserved() -> str:
    from zevrules.syntax.errors import RESERVED

    return " ".join(f"`{word}`" for word in sorted(RESERVED)) + "\n"


def _units() -> str:
    from zevrules.quantity import WORDS

    return ", ".join(f"`{one}`" if one == many else f"`{one}`/`{many}`" for one, many in WORDS.values()) + "\n"


def _verdicts() -> str:
    from zevrules.determination.findings import VERDICTS

    return ", ".join(f"`{verdict}`" for verdict in VERDICTS) + "\n"


def _sheets() -> str:
    from zevrules.ledger.columns import IN_ORDER, NEEDED, REQUIRED

    rows = (
        (
            f"`{sheet}`" + (" (must be there)" if sheet in NEEDED else ""),
            ", ".join(f"**{column}**" if column in REQUIRED[sheet] else column for column in columns),
        )
        for sheet, columns in IN_ORDER.items()
    )
    return _table(("sheet", "columns; those in bold must be there"), rows)


def _settings() -> str:
    from zevrules.ledger.columns import SETTINGS

    return ", ".join(f"`{name}`" for name in SETTINGS) + "\n"


def _entries() -> str:
    from zevrules.ledger.columns import EITHER, ENTRIES

    rows = (
        (f"`{what}`", ", ".join([*needs, *filter(None, [" or ".join(EITHER.get(what, ()))])]), ", ".join(idle))
        for what, (needs, idle) in ENTRIES.items()
    )
    return _table(("entry", "must also fill in", "leaves blank"), rows)


def _rulesets() -> str:
    from zevrules.driver import load
    from zevrules.library import shipped_names

    return _table(("ruleset", "title"), ((f"`{name}`", load(name).every()[-1].title) for name in shipped_names()))


DRAWN: dict[str, Callable[[], str]] = {
    "statements and their clauses": _statements,
    "reserved words": _reserved,
    "units": _units,
    "verdicts": _verdicts,
    "sheets": _sheets,
    "settings of a ledger": _settings,
    "entries": _entries,
    "shipped rulesets": _rulesets,
}


def test_all_that_can_be_drawn_is_drawn():
    """No list is made for a page that does not show it."""
    shown = {m["name"] for page in PAGES for m in _DRAWN.finditer(page.read_text(encoding="utf-8"))}

    assert shown == set(DRAWN)
