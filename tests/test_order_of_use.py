"""Orders of use: steps one after another, and what the ledger says that the party has elected."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

import zevrules

RULES = """ruleset westland/duty
    title        "An invented law"
    jurisdiction Westland
    model years  2030 through 2031

§ 13 CCR 1 — Kinds of credit and the closing day
green tokens are gold and silver, highest first
origins are early and pooled
each model year closes on August 31 of the next year

§ 13 CCR 2 — What is owed
each manufacturer must satisfy van duty
    of 10 credits
each manufacturer must satisfy bus duty
    of 10 credits
gold and silver may satisfy van duty
gold and silver may satisfy bus duty

§ 13 CCR 3 — Order of use
credits are used in this order
"""
ONE_STEP = "    1st  early tokens and pooled tokens toward van duty in the order the manufacturer elects\n"
SECOND = "    2nd  gold and silver toward bus duty in the order the manufacturer elects\n"
SAME_AGAIN = "    2nd  early tokens and pooled tokens toward bus duty in the order the manufacturer elects\n"

#: Early and pooled credits of both kinds, enough for either of them to pay a duty alone.
LOTS = [("gold", "early"), ("silver", "pooled")]


def used(
    folder: Path,
    steps: str,
    elections: Iterable[tuple[str, str]],
    years: tuple[int, int] = (2030, 2030),
    law: str = RULES,
) -> dict[tuple[int, str], dict[str, int]]:
    """By model year and duty how many credits of each origin pay it; 15 of each come every model year."""
    rules, books = folder / "westland" / "duty", folder / "books"
    for path in (rules, books):
        path.mkdir(parents=True)
    (rules / "duty.zev").write_text(law + steps, encoding="utf-8")
    (books / "ledger.csv").write_text("name,value\ncomplete through,2040-01-01\n", encoding="utf-8")
    (books / "accounts.csv").write_text("account\nEmber\n", encoding="utf-8")
    facts = [f'Ember,order of use,{year},"{words}"' for year, words in elections]
    (books / "facts.csv").write_text("\n".join(("account,fact,model year,value", *facts)) + "\n", encoding="utf-8")
    entries = [
        f"{year + 1}-01-01,Ember,Westland,issue,{kind},15,green tokens,{origin}"
        for year in range(years[0], years[1] + 1)
        for kind, origin in LOTS
    ]
    header = "date,account,jurisdiction,entry,kind,amount,unit,origin"
    (books / "entries.csv").write_text("\n".join((header, *entries)) + "\n", encoding="utf-8")
    made = zevrules.determine(zevrules.load(str(rules)), zevrules.read_ledger(str(books)), "Ember", *years)
    found: dict[tuple[int, str], dict[str, int]] = {}
    for use in (use for year in made.years for use in year.uses):
        paid = found.setdefault((use.year, use.obligation), {})
        paid[use.holding.origin or ""] = paid.get(use.holding.origin or "", 0) + int(use.amount)
    return found


def test_what_is_elected_is_used_first(tmp_path: Path) -> None:
    """Where the words are those of the ruleset, with the noun that credits have there or without it."""
    assert used(tmp_path / "a", ONE_STEP, [("2030", "pooled tokens, early")])[2030, "van duty"] == {"pooled": 10}
    assert used(tmp_path / "b", ONE_STEP, [("2030", "Early, Pooled Tokens")])[2030, "van duty"] == {"early": 10}


def test_an_election_without_a_model_year_is_for_all(tmp_path: Path) -> None:
    """It holds in each, but for a model year that has an election of its own."""
    paid = used(tmp_path, ONE_STEP, [("", "pooled, early"), ("2031", "early, pooled")], (2030, 2031))

    assert paid[2030, "van duty"] == {"pooled": 10}
    assert paid[2031, "van duty"] == {"early": 10}


def test_an_election_for_one_model_year_is_for_no_other(tmp_path: Path) -> None:
    """Where the ledger states none, any of the credits may be used: as the stated rule chooses, the lowest first."""
    paid = used(tmp_path, ONE_STEP, [("2031", "early, pooled")], (2030, 2031))

    assert paid[2030, "van duty"] == {"pooled": 10}
    assert paid[2031, "van duty"] == {"early": 10}


def test_two_elected_steps_share_one_election(tmp_path: Path) -> None:
    """It names the credits of both steps, and each step takes its own in that order."""
    paid = used(tmp_path, ONE_STEP + SECOND, [("2030", "pooled, gold, early, silver")])

    assert paid == {(2030, "van duty"): {"pooled": 10}, (2030, "bus duty"): {"early": 10}}


def test_two_elected_steps_of_the_same_credits(tmp_path: Path) -> None:
    """Each of the credits is named once, and is in its place in both."""
    paid = used(tmp_path, ONE_STEP + SAME_AGAIN, [("2030", "pooled, early")])

    assert paid == {(2030, "van duty"): {"pooled": 10}, (2030, "bus duty"): {"pooled": 5, "early": 5}}


@pytest.mark.parametrize(
    ("steps", "words", "said"),
    [
        (ONE_STEP, "early", "`pooled tokens` is missing"),
        (ONE_STEP, "early, pooled, gold", "`gold` has no place in it"),
        (ONE_STEP, "early, pooled, early tokens", "`early tokens` is named twice"),
        (ONE_STEP + SECOND, "early, pooled", "`gold` is missing, `silver` is missing"),
        (ONE_STEP, "yes", "`yes` has no place in it"),
    ],
)
def test_an_election_that_cannot_be_followed(tmp_path: Path, steps: str, words: str, said: str) -> None:
    """What is left out, repeated, or not among the credits that the party may put in an order."""
    with pytest.raises(zevrules.Rejected) as caught:
        used(tmp_path, steps, [("2030", words)])

    (problem,) = caught.value.diagnostics
    assert problem.code == "unlawful-election"
    assert said in problem.message


def test_an_election_counts_only_where_the_law_leaves_one(tmp_path: Path) -> None:
    """An order that is prescribed is not changed by what a ledger says."""
    prescribed = "    1st  early tokens toward van duty\n    2nd  pooled tokens toward van duty\n"

    assert used(tmp_path, prescribed, [("2030", "pooled, early")])[2030, "van duty"] == {"early": 10}


# ------------------------------------------------------------------------------------- other credits


def kinds_used(folder: Path, steps: str, parts: str = "") -> dict[str, dict[str, int]]:
    """By obligation how much of each kind pays it; 15 early gold and 15 pooled silver are there."""
    origins = {"early": "gold", "pooled": "silver"}
    law = RULES.replace("satisfy van duty\n    of 10 credits\n", f"satisfy van duty\n    of 10 credits\n{parts}")
    made = used(folder, steps, [], law=law)
    return {part: {origins[origin]: n for origin, n in paid.items()} for (_, part), paid in made.items()}


def test_other_credits_are_those_that_no_step_names_for_the_same_part(tmp_path: Path) -> None:
    """Silver is named toward the van duty alone: toward the bus duty it is among the others, and as low as before."""
    steps = "    1st  silver toward van duty\n    2nd  other credits toward bus duty\n"

    paid = kinds_used(tmp_path, steps)
    assert paid == {"van duty": {"silver": 10}, "bus duty": {"silver": 5, "gold": 5}}


def test_a_step_toward_an_obligation_is_toward_its_parts(tmp_path: Path) -> None:
    """Silver is named toward the whole van duty, so that it is not among the others toward a part of it."""
    parts = "    made of heavy part, 6 credits, and light part, the rest\n"
    steps = "    1st  other credits toward heavy part\n    2nd  silver toward van duty\n"

    assert kinds_used(tmp_path, steps, parts)["van duty"] == {"gold": 6, "silver": 4}
