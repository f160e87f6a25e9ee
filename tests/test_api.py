"""The dozen names of ``import zevrules``: they are there, they are lazy, and threads may share what they give."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest

import zevrules


def test_every_name_is_there() -> None:
    assert all(getattr(zevrules, name) is not None for name in zevrules.__all__)
    assert dir(zevrules) == sorted(zevrules.__all__)


def test_no_other_name_is_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'determin'"):
        zevrules.determin  # noqa: B018 - the asking is the test


def test_the_import_alone_brings_nothing() -> None:
    """A tool that embeds the engine pays for it when it uses it."""
    program = "import sys, zevrules; print(sorted(m for m in sys.modules if m in ('lark', 'attr', 'rich')))"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


def test_threads_share_rules_and_ledger() -> None:
    """One ruleset and one ledger, many determinations at once: the same pages as one after another."""
    rules, ledger = zevrules.load("california/acc1"), zevrules.read_ledger("california-bank")
    asked = [(account, year) for account in ("BMW", "Toyota", "GM", "Mazda") for year in (2021, 2023)] * 3

    def page(question: tuple[str, int]) -> str:
        return zevrules.page(zevrules.determine(rules, ledger, *question))

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(page, asked))
    fresh_rules, fresh_ledger = zevrules.load("california/acc1"), zevrules.read_ledger("california-bank")
    apart = [zevrules.page(zevrules.determine(fresh_rules, fresh_ledger, *question)) for question in asked]

    assert together == apart


def test_the_trace_can_be_walked_to_law_and_ledger() -> None:
    """From what is owed down to the sales of a year: the row that says them, and the statement that asks for them."""
    rules, ledger = zevrules.load("california/acc1"), zevrules.read_ledger("california-bank")

    found = zevrules.determine(rules, ledger, "BMW", 2021)

    obligation = found.years[0].obligations[0].size
    sales = [step for step in obligation.walk() if step.sort == "fact" and step.what.startswith("volume")]
    assert obligation.value == Fraction("5453.28")
    assert [str(step.rows[0]) for step in sales] == ["facts.csv row 2", "facts.csv row 3", "facts.csv row 4"]
    assert {str(step.terms.authority.citation) for step in sales if step.terms} == {"§ 13 CCR 1962.2(b)(1)(B)"}
