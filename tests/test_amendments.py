"""Amendments as layers of text: which of them a text holds, what is said of its force, and the text written out."""

from __future__ import annotations

import json
import re
import runpy
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zevrules
from zevrules.cli import main
from zevrules.library import shipped_names
from zevrules.model.rules import Fact
from zevrules.report.consolidated import consolidated

GOLDEN = Path(__file__).parent / "golden" / "amendments"
LAW = GOLDEN / "law"
CASES = (GOLDEN / "cases.txt").read_text(encoding="utf-8").splitlines()


def determined(case: str, folder: Path = LAW) -> zevrules.Determination:
    """The determination that a line of cases.txt asks for."""
    ruleset, years, *asked = (part.strip() for part in case.split("|"))
    first, _, last = years.partition("..")
    chosen = {"as of": None, "text": None}
    for one in asked:
        word = next(word for word in chosen if one.startswith(word))
        chosen[word] = one.removeprefix(word).strip()
    rules, ledger = zevrules.load(str(folder / ruleset)), zevrules.read_ledger(str(GOLDEN / "ledger.json"))
    return zevrules.determine(
        rules, ledger, "Ember", int(first), int(last or first), as_of=chosen["as of"], text=chosen["text"]
    )


def told(page: str) -> str:
    """A page without what differs from place to place."""
    return re.sub(r"\b[0-9a-f]{64}\b", "(digest)", page).replace(LAW.as_posix(), "law")


def test_first_lines(expect: Callable[[Path, str], None]) -> None:
    """What is said of the text in each case, beside the verdict, its day and its amendments."""
    lines = []
    for case in CASES:
        head, _, rest = zevrules.page(determined(case)).partition("\nEmber in ")
        fields = re.findall(r"^  (?:text   |amended)   .*(?:\n {12}.*)*", rest, re.MULTILINE)
        lines += [f"{case}\n", f"{head}\n", *(f"{field}\n" for field in fields), "\n"]

    expect(GOLDEN / "first-lines.txt", "".join(lines))


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("in-force", "westland/credits | 2031"),
        ("overlay", "westland/credits | 2030"),
        ("undated", "westland/credits | 2031 | text third round"),
        ("fixed-version", "northland/credits | 2030"),
        ("stayed", "southland/credits | 2030..2031"),
    ],
)
def test_pages(name: str, case: str, expect: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole pages, with the law that each text applies."""
    monkeypatch.chdir(GOLDEN)

    expect(GOLDEN / "pages" / f"{name}.txt", told(zevrules.page(determined(case, Path("law")))))


@pytest.mark.parametrize(
    ("name", "ruleset", "day", "text"),
    [
        ("original", "westland/credits", None, "original"),
        ("overlay", "westland/credits", "2031-08-31", None),
        ("latest", "westland/credits", None, None),
        ("third-round", "westland/credits", None, "third round"),
        ("adopter", "northland/credits", None, None),
        ("stayed", "southland/credits", "2032-08-31", None),
    ],
)
def test_shown_texts(
    name: str, ruleset: str, day: str | None, text: str | None, expect: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """`zevrules show` puts amendments in place, and tells what is not there."""
    monkeypatch.chdir(GOLDEN)
    asked = [*(["--as-of", day] if day else []), *(["--text", text] if text else [])]

    assert main(["show", f"law/{ruleset}", *asked]) == 0

    expect(GOLDEN / "shown" / f"{name}.zev", capsys.readouterr().out)


@pytest.mark.parametrize("name", ["westland", "eastland", "northland"])
def test_pages_of_states(name: str, expect: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawn pages tell which amendment says what, and what became of it in an adopter's law."""
    states = runpy.run_path(str(GOLDEN.parents[2] / "docs" / "_ext" / "states.py"))
    monkeypatch.chdir(GOLDEN)

    expect(GOLDEN / "states" / f"{name}.md", states["page"](f"law/{name}/credits"))


# ------------------------------------------------------------------- what is shown is the ruleset


def substance(found: zevrules.Determination) -> list[object]:
    """What a determination comes to, wherever its words stood."""
    made: list[object] = [found.verdict]
    for year in found.years:
        owed = [(part.name, part.size.low, part.size.high) for one in year.obligations for part in one.parts]
        uses = [(use.holding.lot.kind, use.holding.lot.vintage, use.amount, use.part) for use in year.uses]
        lacking = [
            (one.obligation, one.amount, one.open, one.until, one.exposure and one.exposure.low)
            for one in year.deficits
        ]
        made.append((year.year, year.verdict, year.closes, owed, uses, lacking, year.account))
    return [*made, sorted({str(doubt.terms.authority.citation) for doubt in found.doubts})]


def asked(facts: dict[str, Fact]) -> dict[str, Fact]:
    """What is asked of a ledger, whoever's words ask it."""
    return {name: attrs.evolve(fact, terms=None) for name, fact in facts.items()}


ADOPTING_NOTHING = [name for name in shipped_names() if not zevrules.load(name).every()[-1].adoptions]


@pytest.mark.parametrize("name", ADOPTING_NOTHING)
def test_a_shown_text_is_a_ruleset_that_says_the_same(name: str, tmp_path: Path) -> None:
    """For each text of each shipped ruleset that adopts nothing: sound, and the same provisions in it."""
    rules = zevrules.load(name)
    for text in (None, *rules.amendments):
        for day in ("2020-12-31", "2023-01-01", "2027-08-31"):
            before = rules.on(day, text)
            path = tmp_path / "shown.zev"
            path.write_text(consolidated(rules.assembled(day, text)), encoding="utf-8")
            after = zevrules.load(str(path)).on(day)

            assert {(str(a.citation), a.title) for a in after.provisions} == {
                (str(a.citation), a.title) for a in before.provisions
            }
            assert after.quantities.keys() == before.quantities.keys()
            assert asked(after.facts) == asked(before.facts)


@pytest.mark.parametrize("account", ["BMW", "VW", "Zipcar"])
@pytest.mark.parametrize("day", ["2022-01-01", "2026-08-31"])
def test_a_shown_text_gives_the_same_determination(account: str, day: str, tmp_path: Path) -> None:
    """The shipped requirement, determined by what `show` prints of it."""
    rules, ledger = zevrules.load("california/acc1"), zevrules.read_ledger("california-bank")
    path = tmp_path / "shown.zev"
    path.write_text(consolidated(rules.assembled(day)), encoding="utf-8")

    found = [
        zevrules.determine(some, ledger, account, 2021, 2025, as_of=day) for some in (rules, zevrules.load(str(path)))
    ]

    assert substance(found[0]) == substance(found[1])


@pytest.mark.parametrize("text", [None, "original", "longer make-up", "second round", "third round", "higher share"])
@pytest.mark.parametrize("day", ["2030-07-01", "2031-08-31", "2032-08-31"])
def test_an_amended_text_gives_the_same_determination(text: str | None, day: str, tmp_path: Path) -> None:
    """With amendments in place, and not one line about them left that could change it."""
    rules, ledger = zevrules.load(str(LAW / "westland/credits")), zevrules.read_ledger(str(GOLDEN / "ledger.json"))
    path = tmp_path / "shown.zev"
    path.write_text(consolidated(rules.assembled(day, text)), encoding="utf-8")
    shown = zevrules.load(str(path))

    before = zevrules.determine(rules, ledger, "Ember", 2030, 2031, as_of=day, text=text)
    after = zevrules.determine(shown, ledger, "Ember", 2030, 2031, as_of=day)

    assert substance(before) == substance(after)
    assert not shown.amendments


# ------------------------------------------------------------------------- layers, day by day

NAMES = ("alpha", "beta", "gamma", "delta")
START = date(2030, 1, 1)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, int | None, dict[str, int | None]]]:
    """Amendments: a name, the first day, the first day no longer, and what each provision then says, if anything.

    Only the last of them leaves provisions out: a later one could not say what it takes the place of.
    """
    firsts = draw(st.lists(st.integers(0, 40), min_size=1, max_size=5, unique=True))
    made = []
    for number, first in enumerate(firsts):
        length = draw(st.none() | st.integers(1, 20))
        says = st.none() | st.integers(1, 9) if first == max(firsts) else st.integers(1, 9)
        changes = draw(st.dictionaries(st.sampled_from(NAMES), says, max_size=3))
        made.append((f"round {number}", first, None if length is None else first + length, changes))
    return made


def day_of(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def written(history: list[tuple[str, int, int | None, dict[str, int | None]]], folder: Path, turned: bool) -> Path:
    """The history as a ruleset: a file for the first words, and one for each amendment, in either order."""
    base = 'ruleset north/zev\n    title "x"\n    jurisdiction Northland\n    model years 2030 through 2034\n'
    base += "".join(f"\n§ 13 CCR {n} — {name}\n{name} amount is 100\n" for n, name in enumerate(NAMES, 1))
    files = [base]
    for name, first, last, changes in history:
        text = f'amendment "{name}"\n    in force from {day_of(first)}{f" until {day_of(last)}" if last else ""}\n'
        text += "".join(f"    omits § 13 CCR {NAMES.index(n) + 1}\n" for n, value in changes.items() if value is None)
        for n, value in changes.items():
            section = f"§ 13 CCR {NAMES.index(n) + 1}"
            text += f"\n{section} — {n}\n    replaces {section}\n{n} amount is {value}\n" if value else ""
        files.append(text)
    for at, text in enumerate(reversed(files) if turned else files):
        (folder / f"{at}.zev").write_text(text, encoding="utf-8")
    return folder


@given(histories(), st.booleans(), st.integers(0, 5))
def test_every_day_has_the_words_of_the_last_amendment_in_force(
    tmp_path_factory: pytest.TempPathFactory, history, turned: bool, pick: int
) -> None:
    """Each provision says what the latest amendment in force that day says of it; by name, up to that one."""
    rules = zevrules.load(str(written(history, tmp_path_factory.mktemp("law"), turned)))
    by_day = sorted(history, key=lambda one: one[1])
    named = by_day[pick % len(by_day)]

    for number in range(-1, 65, 5):
        for text in (None, named[0], "original"):
            expected = dict.fromkeys(NAMES, 100)
            for one in by_day:
                name, first, last, changes = one
                in_force = first <= number and (last is None or number < last)
                if text == name or (in_force and (text is None or (text != "original" and first < named[1]))):
                    expected.update(changes)
            words = consolidated(rules.assembled(day_of(number), text))

            said = {name: int(value) for name, value in re.findall(r"^(\w+) amount is (\d+)$", words, re.MULTILINE)}
            assert said == {name: value for name, value in expected.items() if value is not None}


# --------------------------------------------------------------------------------- what goes wrong


def test_an_unknown_text(expect: Callable[[Path, str], None], capsys: pytest.CaptureFixture[str]) -> None:
    """The names that there are, the nearest first."""
    with pytest.raises(zevrules.Rejected) as caught:
        determined("eastland/credits | 2031 | text third")

    expect(GOLDEN.parent / "fitting" / "unknown-text.expected", zevrules.messages(caught.value.diagnostics))


def edited(tmp_path: Path, old: str, new: str) -> Path:
    """The law with one line of its later amendments changed."""
    folder = tmp_path / "westland" / "credits"
    shutil.copytree(LAW / "westland" / "credits", folder)
    path = folder / "2-later.zev"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("    omits § 13 CCR 4\n", "    omits § 13 CCR 44\n", "nothing-to-omit"),
        ("    replaces § 13 CCR 5 — A charge in place of making up\n", "    replaces § 13 CCR 4\n", "nothing-to-omit"),
        ("20,000 dollars per credit × the deficit", "20,000 dollars per credit × nothing known", "unknown-name"),
    ],
)
def test_texts_that_were_never_in_force_are_checked(
    old: str, new: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in an amendment without a day is found by `check`, before anybody asks for that text."""
    folder = edited(tmp_path, old, new)

    assert main(["check", str(folder)]) == 1
    assert code in capsys.readouterr().err


def test_a_fixed_version_must_be_one_there_is(tmp_path: Path) -> None:
    """An adoption names an amendment of what it adopts."""
    shutil.copytree(LAW, tmp_path / "law")
    path = tmp_path / "law" / "northland" / "credits" / "law.zev"
    path.write_text(path.read_text(encoding="utf-8").replace("second round", "second rund"), encoding="utf-8")

    with pytest.raises(zevrules.Rejected) as caught:
        zevrules.load(str(path.parent)).every()

    (problem, *_) = caught.value.diagnostics
    assert (problem.code, problem.help) == ("unknown-amendment", "did you mean “second round”?")
    assert problem.labels[0].at.text == '"second rund"'  # type: ignore[union-attr]


# ------------------------------------------------------------------------------ records, comparisons


def test_records_name_the_text_of_each_year() -> None:
    """The amendments that each text holds, and what is said of its force, as data."""
    said = json.loads(zevrules.to_json(determined("westland/credits | 2030..2031 | text second round")))["text"]

    assert said["chosen"] == "second round"
    assert [[one["name"] for one in year["amendments"]] for year in said["years"]] == [
        ["longer make-up", "emergency relief", "second round"],
        ["longer make-up", "second round"],
    ]
    assert [(one["amendment"], one["said"]["word"]) for one in said["years"][1]["status"]] == [
        ("longer make-up", "disapproved"),
        ("longer make-up", "not enforced"),
        ("second round", "in force from an open day"),
    ]
    assert said["years"][0]["in_force_at_close"]


def test_records_say_that_a_text_is_stayed() -> None:
    """Its years are not applicable, and what bars it is told."""
    found = json.loads(zevrules.to_json(determined("southland/credits | 2031")))

    assert found["verdict"] == "not applicable"
    assert [line["word"] for line in found["text"]["years"][0]["barred"]] == ["stayed"]


def test_a_case_of_a_comparison_is_a_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Two texts of one ruleset beside one another, and the provision that makes the difference."""
    monkeypatch.chdir(LAW)
    cases = ["westland/credits", "westland/credits, text second round"]

    assert main(["compare", *cases, "--ledger", str(GOLDEN / "ledger.json"), "--model-year", "2030"]) == 0

    out = capsys.readouterr().out
    assert "deficit carried → not compliant" in out.replace("\n    ", " ")
    assert "under the second round, in force from an open day (no day of filing was found)" in " ".join(out.split())


def test_an_adopted_ruleset_that_is_stayed_is_not_an_error(tmp_path: Path) -> None:
    """A ruleset stayed as a whole needs nothing of what it adopts."""
    shutil.copytree(LAW, tmp_path / "law")
    path = tmp_path / "law" / "eastland" / "credits" / "law.zev"
    path.write_text(path.read_text(encoding="utf-8") + '    stayed from 2031-01-01 "an order"\n', encoding="utf-8")

    found = determined("eastland/credits | 2030", tmp_path / "law")

    assert found.verdict == "not applicable"
    assert found.years[0].why_not == "the text is stayed from 2031-01-01 (an order)"
    assert found.years[0].closes == date(2031, 8, 31)


# ------------------------------------------------------------------ not enforced in some model years

DISCRETION = """\
ruleset northland/quiet
    title        "A law that nobody enforces for a while"
    jurisdiction Northland
    model years  2030 through 2033
    not enforced in model years 2031 through 2032 "letter of the director"
    in force from 2030-01-01

§ 13 CCR 9999(a) — Duty
green credits are gold and silver, highest first
each manufacturer must satisfy duty
    of 10 credits
a deficit of duty must be made up within 1 model year with gold
each model year closes on December 31 of the next year
"""
ADOPTER = """\
ruleset southland/quiet
    title        "A law that only adopts"
    jurisdiction Southland
    model years  2030 through 2033
    adopts northland/quiet as amended
    not enforced in model year 2033
"""


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    for name, text in {"northland": DISCRETION, "southland": ADOPTER}.items():
        (tmp_path / name / "quiet").mkdir(parents=True)
        (tmp_path / name / "quiet" / "law.zev").write_text(text, encoding="utf-8")
    return tmp_path


def of_year(folder: Path, year: int) -> str:
    """The first line of the page for a model year."""
    rules, ledger = zevrules.load(str(folder)), zevrules.read_ledger(str(GOLDEN / "ledger.json"))
    head = zevrules.page(zevrules.determine(rules, ledger, "Ember", year)).partition("\nEmber in ")[0]
    return " ".join(head.split())


def test_discretion_by_model_year_is_said_of_those_years(quiet: Path) -> None:
    told = "under text not enforced in model years 2031 through 2032 (letter of the director)"

    assert [told in of_year(quiet / "northland" / "quiet", year) for year in range(2030, 2034)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_an_adopter_without_words_of_its_own_says_how_it_stands(quiet: Path) -> None:
    """What its header says, and what that of the adopted law says, each of its own years."""
    folder = quiet / "southland" / "quiet"

    assert "under text not enforced in model year 2033" in of_year(folder, 2033)
    assert "2033" not in of_year(folder, 2032)
    assert "of northland/quiet not enforced in model years 2031 through 2032" in of_year(folder, 2032)


def test_no_text_is_asked_for_before_what_it_adopts(quiet: Path) -> None:
    """Words of an adopter that speak of the adopted law need that law, which is not in force yet."""
    path = quiet / "southland" / "quiet" / "law.zev"
    own = "\n§ 13 CCR 9999(b) — Gold\ngold may satisfy duty\n"
    path.write_text(ADOPTER + "    in force from 2030-01-01\n" + own, encoding="utf-8")

    rules, ledger = zevrules.load(str(path.parent)), zevrules.read_ledger(str(GOLDEN / "ledger.json"))

    assert rules.every()
    assert zevrules.determine(rules, ledger, "Ember", 2031, as_of="2029-12-31").verdict == "not applicable"


def test_model_years_of_discretion_as_data(quiet: Path) -> None:
    rules, ledger = zevrules.load(str(quiet / "northland" / "quiet")), zevrules.read_ledger(str(GOLDEN / "ledger.json"))
    found = json.loads(zevrules.to_json(zevrules.determine(rules, ledger, "Ember", 2030, 2031)))

    assert [[one["said"] for one in year["status"]] for year in found["text"]["years"]] == [
        [],
        [{"word": "not enforced in model years 2031 through 2032", "since": None, "until": None,
          "source": "letter of the director"}],
    ]  # fmt: skip


def test_a_comparison_says_it_of_its_last_model_year(quiet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = str(quiet / "northland" / "quiet")
    said = []
    for year in ("2032", "2033"):
        assert main(["compare", rules, "--ledger", str(GOLDEN / "ledger.json"), "--model-year", year]) == 0
        said.append("not enforced in model years" in " ".join(capsys.readouterr().out.split()))

    assert said == [True, False]


def test_model_years_of_discretion_go_forward(quiet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = quiet / "northland" / "quiet" / "law.zev"
    path.write_text(DISCRETION.replace("2031 through 2032", "2032 through 2031"), encoding="utf-8")

    assert main(["check", str(path.parent)]) == 1
    assert "years-out-of-order" in capsys.readouterr().err
