"""The catalogue of errors, drawn from the functions that make them and from their examples."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
#: Rooms in the order of the journey; one not named here comes last.
ROOMS = {
    "syntax": "The writing of a ruleset",
    "model": "The meaning of a ruleset",
    "ledger": "A ledger",
    "determination": "A ledger under a ruleset",
    "comparison": "What is to be compared",
    "standing": "What is to be laid together",
    "report": "What is asked for",
}
#: No reader needs more of an example than this.
MOST_LINES = 24


def catalogue() -> str:
    """The errors of every room: code, cause, an example and what is said of it; as Markdown."""
    paths = {path.parent.name: path for path in (ROOT / "zevrules").glob("*/errors.py")}
    order = [*ROOMS, *sorted(set(paths) - set(ROOMS))]
    return "\n".join(text for room in order if room in paths for text in _room(room, paths[room]))


def _room(room: str, path: Path) -> Iterator[str]:
    yield f"## {ROOMS.get(room, room.capitalize())}\n"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name[0] != "_" and _makes_a_diagnostic(node):
            code = node.name.replace("_", "-")
            yield f"({code})=\n### `{code}`\n\n{ast.get_docstring(node)}\n"
            yield from _example(code)
            yield from _ledger_message(code)
            yield from _kept_message(code)


def _makes_a_diagnostic(node: ast.FunctionDef) -> bool:
    return isinstance(node.returns, ast.Name) and node.returns.id == "Diagnostic"


def _example(code: str) -> Iterator[str]:
    """The files of the example, and the message that a test keeps to the byte."""
    errors = GOLDEN / "errors"
    expected = errors / f"{code}.expected"
    if not expected.is_file():
        return
    files = sorted((errors / code).rglob("*.zev")) or [errors / f"{code}.zev"]
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text).splitlines()
        if len(lines) > MOST_LINES:
            lines[MOST_LINES:] = ["…"]
        yield _block("\n".join(lines))
    message, _, _ = expected.read_text(encoding="utf-8").rstrip("\n").rpartition("\n\n")
    yield _block(message)


def _ledger_message(code: str) -> Iterator[str]:
    """What is said of the example of a fault of a ledger."""
    from zevrules.diagnostic import Rejected
    from zevrules.ledger.reader import read_ledger
    from zevrules.report.messages import message

    folder = GOLDEN / "ledger" / code
    if folder.is_dir():
        try:
            read_ledger(next(folder.glob("*.json"), folder))
        except Rejected as rejected:
            said = next((d for d in rejected.diagnostics if d.code == code), None)
            if said is not None:
                yield _block(message(said).replace(f"{folder}", code).rstrip("\n"))


def _kept_message(code: str) -> Iterator[str]:
    """What is said of a fault that is met only when something is asked for."""
    for folder in ("fitting", "asked"):
        kept = GOLDEN / folder / f"{code}.expected"
        if kept.is_file():
            message, _, _ = kept.read_text(encoding="utf-8").rstrip("\n").rpartition("\n\n")
            yield _block(message)


def _block(text: str) -> str:
    return f"````text\n{text}\n````\n"


def add_catalogue(app, docname, text) -> None:  # noqa: ANN001
    """Put the catalogue at the end of the page of errors."""
    if docname == "errors":
        text[0] += "\n" + catalogue()


def setup(app):  # noqa: ANN001, ANN201
    """Have Sphinx draw the page anew each time: it is made of files that Sphinx does not watch."""
    app.connect("source-read", add_catalogue)
    app.connect("env-get-outdated", lambda app, env, added, changed, removed: ["errors"])
    return {"parallel_read_safe": True}
