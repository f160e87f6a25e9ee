"""Whole determinations of small invented laws, as pages that a lawyer could check by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import zevrules

CASES = Path(__file__).parent / "golden" / "determinations"


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_page(name: str, expect: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The page for the question in ask.txt: a ruleset, an account, a model year or a run of them."""
    folder = CASES / name
    ruleset, account, years = (folder / "ask.txt").read_text(encoding="utf-8").splitlines()
    first, _, last = years.partition("..")
    monkeypatch.chdir(folder)
    rules = zevrules.load(ruleset)
    ledger = zevrules.read_ledger("ledger.json")

    found = zevrules.determine(rules, ledger, account, int(first), int(last or first))

    page = zevrules.page(found)
    assert max(map(len, page.splitlines())) <= 100, "a page must fit a sheet of paper"
    # Digests change with every version of the engine's own texts; the receipt has a test of its own.
    expect(folder / "expected.txt", re.sub(r"\b[0-9a-f]{64}\b", "(digest)", page))
