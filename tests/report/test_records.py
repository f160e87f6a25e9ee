"""A determination as records: their schema, what they refer to, and that their numbers agree."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator

from zevrules.determination.findings import Determination
from zevrules.driver import determine, load, read_ledger
from zevrules.report.receipt import receipt
from zevrules.report.records import record, to_json

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "schema" / "determination-1.json"
GOLDEN = ROOT / "tests" / "golden" / "records"
ILLUSTRATION = str(ROOT / "tests" / "golden" / "outline" / "rules" / "westland" / "base")

CASES = [
    # ruleset, ledger, account, first and last model year
    ("california/acc1", "california-bank", "BMW", 2021, 2025),
    ("california/acc1", "california-bank", "BMW", 2022, 2022),
    ("california/acc1", "california-bank", "Stellantis", 2021, 2025),
    ("california/acc1", "california-bank", "Volvo", 2021, 2025),
    ("california/acc1", "california-bank", "Zipcar", 2021, 2022),
    ("california/acc1", "california-bank", "BMW", 2027, 2027),
    ("colorado/zev", "colorado-example", "Example Motors", 2023, 2025),
    (ILLUSTRATION, str(GOLDEN / "ledger"), "Example Motors", 2030, 2031),
    (ILLUSTRATION, str(GOLDEN / "ledger"), "Example Motors", 2031, 2032),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case[0]).name}-{case[2]}-{case[3]}-{case[4]}")

Case = tuple[str, str, str, int, int]


@cache
def made(case: Case) -> Determination:
    """The determination of a case."""
    ruleset, ledger, account, first, last = case
    return determine(load(ruleset), read_ledger(ledger), account, first, last)


@cache
def written(case: Case) -> dict[str, Any]:
    """Its record, as a tool reads it. No number of it may have been written as one with a point."""

    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is no exact number")

    parsed: dict[str, Any] = json.loads(to_json(made(case)), parse_float=refuse, parse_constant=refuse)
    return parsed


@cache
def validator() -> Draft202012Validator:
    """The committed schema."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def exactly(text: str | None) -> Fraction:
    """A number of a record."""
    assert text is not None
    return Fraction(text)


# ----------------------------------------------------------------------------------- the schema


def test_the_schema_is_the_generated_one() -> None:
    """Nobody edited it by hand, and nobody forgot to generate it."""
    builder = runpy.run_path(str(Path(__file__).with_name("build_schema.py")))
    assert sorted(builder["SCHEMAS"]) == sorted(path.name for path in SCHEMA.parent.iterdir())
    for file in builder["SCHEMAS"]:
        assert builder["build"](file) == (SCHEMA.parent / file).read_text(encoding="utf-8")


@EACH
def test_records_are_of_the_shape(case: Case) -> None:
    """What a tool is promised is what it gets."""
    assert [error.message for error in validator().iter_errors(written(case))] == []


def test_the_cases_are_of_every_verdict() -> None:
    """The shapes are tried with all that a determination can be."""
    found = {written(case)["verdict"] for case in CASES}
    assert found == {"compliant", "deficit carried", "not compliant", "undetermined", "not applicable"}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a record."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def shrunk(value: Any) -> Any:
    """A record with one item of each list and table: each sort of object once."""
    if isinstance(value, list):
        return [shrunk(one) for one in value[:1]]
    if isinstance(value, dict):
        items = list(value.items())
        return {key: shrunk(one) for key, one in (items[:1] if re.fullmatch("s[0-9]+", items[0][0]) else items)}
    return value


@EACH
def test_the_schema_forbids_other_keys_and_asks_for_all(case: Case) -> None:
    """A slip in the name of a key is found by the schema, wherever it is."""
    whole = shrunk(written(case))
    assert validator().is_valid(whole)
    for one in list(objects(whole)):
        if one is whole["receipt"] or one is whole["trace"]:
            continue
        one["another key"] = "x"
        assert not validator().is_valid(whole)
        del one["another key"]
        key = next(iter(one))
        value = one.pop(key)
        assert not validator().is_valid(whole), key
        one[key] = value


AMISS = [
    # where, and what the schema must refuse there
    (("model_years", "first"), "2021"),
    (("verdict",), "Compliant"),
    (("obligations", 0, "amount"), 5453.28),
    (("obligations", 0, "amount"), "5,453.28"),
    (("obligations", 0, "step"), "1"),
    (("uses", 0, "law"), "s1"),
    (("years", 0, "closes"), "8/31/2022"),
    (("trace", "s1", "exact"), "5"),
    (("trace", "s1", "value"), 5),
]


@pytest.mark.parametrize(("path", "value"), AMISS, ids=lambda part: str(part))
def test_the_schema_refuses(path: tuple[Any, ...], value: Any) -> None:
    """Numbers that are not exact texts, ids of the wrong sort, days as people write them."""
    whole = json.loads(to_json(made(CASES[0])))
    place: Any = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not validator().is_valid(whole)


# -------------------------------------------------------------------------------------- the text

KEYS = (
    "schema ruleset jurisdiction account_name model_years known_at verdict text obligations deficits_brought_in uses "
    "account reasons trace law unverified undetermined readings not_encoded remarks years receipt"
).split()


@EACH
def test_the_keys_stand_in_order(case: Case) -> None:
    """The order is part of the bytes."""
    assert list(written(case)) == KEYS
    assert written(case)["receipt"] == receipt(made(case))


@pytest.mark.parametrize("indent", [None, 2])
def test_the_text_says_what_the_record_says(indent: int | None) -> None:
    """With room between the words or without."""
    assert json.loads(to_json(made(CASES[0]), indent=indent)) == record(made(CASES[0]))


def test_the_same_question_has_the_same_bytes() -> None:
    """In another process, whatever order its sets have."""
    program = (
        "import hashlib\n"
        "from zevrules.driver import *\n"
        "from zevrules.report.records import to_json\n"
        f"found = determine(load({CASES[0][0]!r}), read_ledger({CASES[0][1]!r}), {CASES[0][2]!r}, 2021, 2025)\n"
        "print(hashlib.sha256(to_json(found).encode()).hexdigest())\n"
    )
    digests = set()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1


def test_a_whole_record(expect: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A small one, to be read beside its rules and its ledger; the receipt has tests of its own."""
    monkeypatch.chdir(ROOT)
    ruleset, ledger = (str(Path(path).relative_to(ROOT)) for path in CASES[-2][:2])
    found = dict(record(determine(load(ruleset), read_ledger(ledger), *CASES[-2][2:])))
    del found["receipt"]
    expect(GOLDEN / "illustration.json", json.dumps(found, indent=2, ensure_ascii=False) + "\n")


# ------------------------------------------------------------------------------------ references


@EACH
def test_every_reference_leads_somewhere(case: Case) -> None:
    """To a step or to an item of the law; and no step and no law is there that nothing refers to."""
    found = written(case)
    laws = [law["id"] for law in found["law"]]
    assert laws == [f"law{number}" for number in range(1, len(laws) + 1)]
    assert list(found["trace"]) == [f"s{number}" for number in range(1, len(found["trace"]) + 1)]
    said = json.dumps({key: value for key, value in found.items() if key != "law"})
    assert set(re.findall(r'"(s[0-9]+)"(?!:)', said)) == set(found["trace"])
    out_of_force = {law["id"] for law in found["law"] if law["status"] == "not in force"}
    assert set(re.findall(r'"(law[0-9]+)"', said)) == set(laws) - out_of_force


@EACH
def test_the_trace_has_no_circles_and_ends_in_law_or_ledger(case: Case) -> None:
    """A number that comes from nothing, or from itself, has no reason."""
    trace = written(case)["trace"]
    done: set[str] = set()

    def follow(name: str, above: tuple[str, ...]) -> None:
        assert name not in above
        if name not in done:
            done.add(name)
            for below in trace[name]["inputs"]:
                follow(below, (*above, name))

    for name, step in trace.items():
        follow(name, ())
        if not step["inputs"]:
            assert step["rows"] or step["law"] or step["missing"] or step["how"], step


@EACH
def test_the_same_step_is_there_once(case: Case) -> None:
    """A fact that is read twice is one step."""
    steps = [json.dumps(step, sort_keys=True) for step in written(case)["trace"].values()]
    assert len(steps) == len(set(steps))


@EACH
def test_law_is_quoted_as_it_is_written(case: Case) -> None:
    """File and line hold the words."""
    for law in written(case)["law"]:
        path = Path(law["file"])
        line = (path if path.is_absolute() else ROOT / path).read_text(encoding="utf-8").splitlines()[law["line"] - 1]
        if law["status"] == "not in force":
            assert law["words"] == ""
            assert law["title"] in line
        else:
            assert law["words"]
            assert law["words"] in line


# --------------------------------------------------------------------------------------- numbers


@EACH
def test_numbers_are_those_of_their_steps(case: Case) -> None:
    """What is shown and what is traced cannot differ."""
    found = written(case)
    trace = found["trace"]
    for step in trace.values():
        if step["exact"] is not None:
            assert exactly(step["value"]) == Fraction(step["exact"])
            assert step["low"] is step["high"] is None
    owed = [(one["amount"], one["step"]) for year in found["obligations"] for one in (year, *year["parts"])]
    held = [(one["amount"], one["step"]) for one in found["account"]["lots"]]
    limits = [(one["amount"], one["step"]) for year in found["years"] for one in year["limits"]]
    for amount, step in (*owed, *held, *limits):
        assert amount == trace[step]["value"]


@EACH
def test_what_is_owed_is_paid_or_lacking(case: Case) -> None:
    """The parts add up to the obligation, the uses and what lacks to the part, and what lacks to the deficit."""
    found = written(case)
    for owed in found["obligations"]:
        if owed["amount"] is None or owed["parts"][0]["lacking"] is None:
            continue
        assert sum(exactly(part["amount"]) for part in owed["parts"]) == exactly(owed["amount"])
        for part in owed["parts"]:
            paid = sum(
                exactly(use["amount"])
                for use in found["uses"]
                if (use["model_year"], use["obligation"], use["part"], use["deficit_of"])
                == (owed["model_year"], owed["name"], part["name"], None)
            )
            assert paid + exactly(part["lacking"]) == exactly(part["amount"])
        lacking = sum(exactly(part["lacking"]) for part in owed["parts"])
        assert lacking == (exactly(owed["deficit"]["amount"]) if owed["deficit"] else 0)


@EACH
def test_the_account_adds_up(case: Case) -> None:
    """Each line closes with what it opened with and what moved, less what was used and what expired."""
    for line in written(case)["account"]["lines"]:
        moved = sum(exactly(one["amount"]) for one in line["moved"])
        left = exactly(line["opening"]) + moved - exactly(line["used"]) - exactly(line["expired"])
        assert left == exactly(line["closing"])


@EACH
def test_reasons_fit_the_verdict(case: Case) -> None:
    """A yes is shown by the uses; a no by weights that add up to the shortfall."""
    found = written(case)
    assert [reason["model_year"] for reason in found["reasons"]] == [year["model_year"] for year in found["years"]]
    for reason, year in zip(found["reasons"], found["years"], strict=True):
        short = [o["deficit"] for o in found["obligations"] if o["model_year"] == year["model_year"] and o["deficit"]]
        expected = {"compliant": "use", "not applicable": "nothing owed", "undetermined": "undetermined"}
        assert reason["kind"] == expected.get(year["verdict"], "shortfall")
        if reason["kind"] == "shortfall":
            total = sum(exactly(one["factor"]) * exactly(one["amount"]) for one in reason["weights"])
            assert total == exactly(reason["least"]) == sum(exactly(one["amount"]) for one in short)


def test_what_is_not_known_is_named() -> None:
    """An undetermined verdict says what would settle it; the numbers that are open are ranges."""
    found = written(CASES[-1])
    assert found["verdict"] == "undetermined"
    assert "percentage" in {missing["name"] for one in found["undetermined"] for missing in one["missing"]}
    open_steps = [step for step in found["trace"].values() if step["missing"]]
    assert open_steps
    assert all(step["exact"] is None for step in open_steps)


def test_answers_assumed_for_what_is_shown_are_told() -> None:
    """Numbers under an open question are those of one answer to it."""
    found = made(CASES[4])
    assert found.assumed
    said = [remark["words"] for remark in written(CASES[4])["remarks"] if remark["sort"] == "assumed"]
    assert len(said) == len(found.assumed)
    assert all(f"{question}: {answer}" in words for (question, answer), words in zip(found.assumed, said, strict=True))


def test_law_that_could_reverse_the_verdict_is_told_apart() -> None:
    """Until the ledger says that the provision was not used."""
    ruleset, ledger = load(ILLUSTRATION), read_ledger(str(GOLDEN / "ledger"))
    few = [("volume in Westland of model year 2030", "200")]
    silent = attrs.evolve(ledger, facts=tuple(fact for fact in ledger.facts if not fact.name.startswith("§")))
    answered = record(determine(ruleset, ledger, "Example Motors", 2030, settings=few))
    open_still = record(determine(ruleset, silent, "Example Motors", 2030, settings=few))
    assert [answered["verdict"], open_still["verdict"]] == ["compliant", "undetermined"]
    assert [one["could_reverse"] for one in answered["not_encoded"]] == [False]
    assert [one["could_reverse"] for one in open_still["not_encoded"]] == [True]


def test_law_that_is_not_in_force_is_said_to_be() -> None:
    """A proposal changes nothing, and is listed."""
    found = written(CASES[-2])
    assert [(law["citation"], law["version"]) for law in found["law"] if law["status"] == "not in force"] == [
        ("§ NAC 445B.840", "proposed a draft")
    ]
