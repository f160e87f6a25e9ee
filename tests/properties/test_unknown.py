"""What is not known: a verdict stands only if every lawful value gives it."""

from __future__ import annotations

import re
import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import event, given
from hypothesis import strategies as st
from invented import DUTY, amounts, cases, examples, table, write

from zevrules.driver import determine, load, read_ledger

AMOUNT = re.compile(rf"^{DUTY} amount by model year\n(?:    .*\n)+", re.MULTILINE)
CAPPED = re.compile(r"^cap [0-9.]+%$", re.MULTILINE)


def asking(case, folder):
    """The case with its duty read from a fact of each model year, and the share of its caps from another."""
    rules, books = write(case, folder)
    path = rules / "duty.zev"
    text = AMOUNT.sub(
        f"fact {DUTY} amount in credits of each model year\nfact leeway in shares\nslack is leeway\n", path.read_text()
    )
    path.write_text(CAPPED.sub("cap slack", text), encoding="utf-8")
    known = {(f"{DUTY} amount", year): case.size(year, DUTY) for year in case.years}
    return rules, books, {**known, ("leeway", ""): Fraction(1, 2)}


def decide(rules, books, case, facts):
    rows = [("Maker", name, year, f"{float(value):.3f}") for (name, year), value in facts.items()]
    table(books / "facts.csv", "account,fact,model year,value", rows)
    return determine(load(str(rules)), read_ledger(str(books)), "Maker", case.years[0], case.years[-1])


@given(cases(surrenders=False), st.data())
@examples(60)
def test_a_verdict_without_a_fact_is_the_verdict_with_any_value_of_it(case, data):
    """Nothing, little, much, and a few between: if the verdict stands without the fact, it is that of each."""
    with tempfile.TemporaryDirectory() as folder:
        rules, books, known = asking(case, Path(folder))
        gone = data.draw(st.sampled_from(sorted(known, key=str)))
        rest = {key: value for key, value in known.items() if key != gone}
        made = decide(rules, books, case, rest)
        event(made.verdict)
        if made.verdict == "undetermined":
            assert any(missing.name == gone[0] for one in made.settling for missing in one.missing)
            return
        most = Fraction(1) if gone[0] == "leeway" else Fraction(10**6)
        scale = Fraction(1, 12) if gone[0] == "leeway" else Fraction(1)
        for value in (Fraction(0), most, *(data.draw(amounts) * scale for _ in range(3))):
            assert decide(rules, books, case, {**rest, gone: min(value, most)}).verdict == made.verdict, value
