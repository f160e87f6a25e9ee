"""Several readings of one text: every combination is what a determination by it alone would be."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

import zevrules
from zevrules.determination.findings import Determination
from zevrules.model.readings import MOST_COMBINATIONS

GOLDEN = Path(__file__).parent / "golden" / "determinations"
DIFFERENT = GOLDEN / "readings-that-differ"

CASES = [
    # ruleset, ledger, account, first and last model year, combinations
    (str(DIFFERENT / "rules.zev"), str(DIFFERENT / "ledger.json"), "Ember", 2030, 2031, 4),
    ("california/acc1", "california-bank", "BMW", 2021, 2025, 2),
    ("colorado/zev", "colorado-example", "Example Motors", 2023, 2025, 8),
    ("minnesota/zev", "adopting-states", "Example Motors", 2025, 2025, 12),
]


def lacking(made: Determination) -> dict[int, Fraction]:
    """What is lacking at the close of each model year."""
    return {year.year: sum((d.amount for d in year.deficits), Fraction(0)) for year in made.years}


@pytest.mark.parametrize(("ruleset", "ledger", "account", "first", "last", "count"), CASES)
def test_each_combination_is_the_determination_by_it(
    ruleset: str, ledger: str, account: str, first: int, last: int, count: int
) -> None:
    """What is told of a reading in passing is what `--reading` tells in full."""
    rules, book = zevrules.load(ruleset), zevrules.read_ledger(ledger)
    made = zevrules.determine(rules, book, account, first, last)

    assert len(made.readings) == made.combinations == count
    for read in made.readings:
        names = [name for _, name in read.chosen]
        alone = zevrules.determine(rules, book, account, first, last, readings=names)
        assert alone.verdict == read.verdict
        unknown = alone.verdict == "undetermined"
        told = {year: None if unknown else amount for year, amount in lacking(alone).items()}
        assert told == {year: amount for year, _, amount in read.years}
        assert [name for _, name in alone.readings[0].chosen] == names
        assert {r.verdict for r in alone.readings} == {r.verdict for r in made.readings}


def test_with_too_many_combinations_it_says_so(tmp_path: Path) -> None:
    """Seven questions of two readings are more than are evaluated; those nearest the default are."""
    text = (DIFFERENT / "rules.zev").read_text(encoding="utf-8")
    for number in range(7):
        text += f"doubt q{number} is read as yes{number} or no{number}\n    yes{number} by default\n"
        text += f"lead may satisfy hard part\n    under reading no{number}\n"
    (tmp_path / "rules.zev").write_text(text, encoding="utf-8")

    ledger = zevrules.read_ledger(str(DIFFERENT / "ledger.json"))
    made = zevrules.determine(zevrules.load(str(tmp_path / "rules.zev")), ledger, "Ember", 2030)

    assert made.combinations == 2**9
    assert len(made.readings) == MOST_COMBINATIONS
    own = dict(made.readings[0].chosen)
    changes = [sum(own[q] != name for q, name in read.chosen) for read in made.readings]
    assert changes == sorted(changes)
    assert "of 512 combinations of readings only 64 evaluated" in " ".join(zevrules.page(made).split())


@pytest.mark.parametrize(("one", "two"), list(product(["combined", "yearly"], ["whole", "soft"])))
def test_a_question_on_which_nothing_hangs_is_not_asked(one: str, two: str, tmp_path: Path) -> None:
    """A question that no statement names could make no difference."""
    text = (DIFFERENT / "rules.zev").read_text(encoding="utf-8")
    text += "the idle doubt is read as this or that\n    that by default\n"
    (tmp_path / "rules.zev").write_text(text, encoding="utf-8")
    ledger = zevrules.read_ledger(str(DIFFERENT / "ledger.json"))

    made = zevrules.determine(
        zevrules.load(str(tmp_path / "rules.zev")), ledger, "Ember", 2030, 2031, readings=(one, two)
    )

    assert [question.name for question in made.questions] == ["use limit", "gold base"]
