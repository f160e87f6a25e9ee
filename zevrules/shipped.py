"""Where the grammar and the rulesets that come with Zevrules are."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def grammar_folder() -> Path:
    """The folder of `zevrules.lark` and `citations.toml`.

    >>> (grammar_folder() / "zevrules.lark").is_file()
    True
    """
    return _shipped("grammar")


def rulesets_folder() -> Path:
    """The folder of the shipped rulesets: a folder for each jurisdiction, and in it one for each ruleset."""
    return _shipped("rulesets")


def _shipped(name: str) -> Path:
    # A checkout has its folders beside the package; a wheel carries them inside it. The grammar tells
    # which of the two this is: a folder that happens to be called "rulesets" beside an installed
    # package is not ours.
    if (_HERE.parent / "grammar" / "zevrules.lark").is_file():
        return _HERE.parent / name
    return _HERE / f"_{name}"
