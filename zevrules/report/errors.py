"""What can be wrong with what a person asks for: one function for each fault, with its words."""

from __future__ import annotations

from collections.abc import Iterable

from zevrules.diagnostic import Diagnostic, nearest


def no_ruleset_there(words: str) -> Diagnostic:
    """A folder that holds no ruleset, or several."""
    return Diagnostic("no-ruleset-there", words, help="name the folder that holds the `.zev` files of one ruleset")


def unknown_number(quantity: str, help_text: str) -> Diagnostic:
    """A number that a determination does not have."""
    return Diagnostic("unknown-number", f"no number of this determination is called `{quantity}`", help=help_text)


def unknown_verdict(words: str, verdicts: Iterable[str]) -> Diagnostic:
    """A verdict that no determination has."""
    known = list(verdicts)
    near = nearest(words, known)
    listed = f"the verdicts are: {', '.join(known)}"
    return Diagnostic(
        "unknown-verdict", f"`{words}` is not a verdict", help=f"did you mean `{near}`?" if near else listed
    )


def unreadable_citation(what: str, help_text: str) -> Diagnostic:
    """A citation asked for that no code of law could have."""
    return Diagnostic("unreadable-citation", what, help=help_text)


def already_there(path: str) -> Diagnostic:
    """A place to write to that holds something."""
    return Diagnostic(
        "already-there",
        f"{path} is there already",
        why="Nothing is written over: what stands there may be somebody's work.",
        help="name another folder",
    )


def nothing_shipped(name: str, known: Iterable[str]) -> Diagnostic:
    """A name under which nothing is shipped."""
    names = list(known)
    near = nearest(name, names)
    return Diagnostic(
        "nothing-shipped",
        f"nothing is shipped as `{name}`",
        help=f"did you mean `{near}`?" if near else f"shipped: {', '.join(names)}",
    )


def unreadable_place(path: str, why: str) -> Diagnostic:
    """A file or folder that the system does not let us read or write."""
    return Diagnostic(
        "unreadable-place", f"{path}: {why}", help="check the path, and that you may read and write there"
    )


def workbook_needs_a_file() -> Diagnostic:
    """A workbook that was asked for without a place to write it."""
    return Diagnostic(
        "workbook-needs-a-file",
        "a workbook cannot be printed",
        help="say where to write it: `--format xlsx --output comparison.xlsx`",
    )


def no_workbooks() -> Diagnostic:
    """A workbook that was asked for where nothing is installed that writes one."""
    return Diagnostic(
        "no-workbooks",
        "nothing is installed that writes workbooks",
        help="install it: `pip install 'zevrules[xlsx]'`, or write CSV: `--format csv`",
    )
