"""What changes nothing: the order of files and rows, the process, and what things are called."""

from __future__ import annotations

import os
import random
import re
import shutil
import string
import subprocess
import sys
from pathlib import Path

import broad
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import cases, examples, write

from zevrules.driver import determine, load, read_ledger
from zevrules.report.records import to_json
from zevrules.report.text import page
from zevrules.shipped import rulesets_folder

SHIPPED = [
    ("california/acc1", "california-bank", "BMW", 2021),
    ("california/acc1", "california-bank", "Toyota", 2021),
    ("california/acc1", "california-bank", "Zipcar", 2021),
    ("colorado/zev", "colorado-example", "Example Motors", 2023),
]


def decide(rules, books, account, first, last=2025):
    return determine(load(str(rules)), read_ledger(str(books)), account, first, last)


def essence(made):
    """The verdict, and what is owed, lacking and open in each year."""
    years = [
        (
            year.verdict,
            [(part.name, part.size.low, part.size.high) for owed in year.obligations for part in owed.parts],
            [(deficit.amount, deficit.open, deficit.until) for deficit in year.deficits],
            [(line.kind, line.origin, line.opening, line.used, line.expired, line.closing) for line in year.account],
        )
        for year in made.years
    ]
    return made.verdict, sorted(one.question for one in made.settling), years


# ---------------------------------------------------------------------------------------- order


@pytest.mark.parametrize(("rules", "books", "account", "first"), SHIPPED, ids=lambda value: str(value))
def test_the_order_of_files_and_rows_changes_nothing(tmp_path, rules, books, account, first):
    """Rules in files of other names, so read in another order, and rows of the ledger shuffled."""
    before = decide(rules, books, account, first)
    shutil.copytree(rulesets_folder(), tmp_path / "rules")
    paths = sorted((tmp_path / "rules").glob("*/*/*.zev"))
    for number, path in enumerate(paths):
        path.rename(path.with_name(f"{len(paths) - number}.zev"))
    for path in (tmp_path / "rules" / "ledgers" / books).glob("*.csv"):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        random.Random(7).shuffle(lines)
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")

    after = decide(tmp_path / "rules" / rules, tmp_path / "rules" / "ledgers" / books, account, first)
    assert essence(after) == essence(before)


@given(cases(), st.randoms(use_true_random=False))
@examples(40)
def test_the_order_of_rows_changes_no_verdict(tmp_path_factory, case, chance):
    """Lots, deficits and surrenders may stand in any order."""
    folder = tmp_path_factory.mktemp("case")
    rules, books = write(case, folder)
    before = decide(rules, books, "Maker", case.years[0], case.years[-1])
    path = books / "entries.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    chance.shuffle(lines)
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    after = decide(rules, books, "Maker", case.years[0], case.years[-1])

    assert after.verdict == before.verdict
    assert [year.deficits for year in after.years] == [year.deficits for year in before.years]


# ----------------------------------------------------------------------------------- same bytes

PROGRAM = """
import sys
from zevrules.driver import determine, read_ledger, load
from zevrules.report.records import to_json
from zevrules.report.text import page
rules, books, account, first = sys.argv[1:]
made = determine(load(rules), read_ledger(books), account, int(first), 2025)
sys.stdout.buffer.write((page(made) + to_json(made)).encode())
"""


@pytest.mark.parametrize(
    ("rules", "books", "account", "first"), [SHIPPED[0], SHIPPED[3]], ids=["BMW", "Example Motors"]
)
def test_the_same_input_gives_the_same_bytes(tmp_path, rules, books, account, first):
    """In another process, with other hashes, in another time zone and another folder."""
    made = decide(rules, books, account, first)
    for seed, zone in (("1", "UTC"), ("4242", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", PROGRAM, rules, books, account, str(first)]
        said = subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True).stdout

        assert said.decode() == page(made) + to_json(made)


# ---------------------------------------------------------------------------------------- names


def names_of(*texts):
    """Every name that some texts declare, in their own words."""
    names = set()
    for text in texts:
        names |= {text.jurisdiction, *text.kinds, *text.origins, *text.places, *text.vehicles, *text.facts}
        names |= {*text.groups, *text.quantities, *(size.name for size in text.classes)}
        names |= {part.name for owed in text.obligations for part in owed.parts} | {o.name for o in text.obligations}
        names |= {name for question in text.readings for name in (question.name, *question.readings)}
        names |= {amendment.name for amendment in text.amendments}
        names |= {unit.rpartition(" ")[0] for unit, _ in text.units}
    return names - {""}


def renamer(names, by=13):
    """Every name by another of the same length, so that no column moves and no line breaks elsewhere."""
    longest = sorted(names, key=lambda name: (-len(name), name))
    # A page may break a line within a name; what begins a sentence has a capital.
    words = "|".join(r"\s+".join(map(either_case, name.split())) for name in longest)
    pattern = re.compile(rf"(?<![\w-])({words})(?![\w-])")
    return lambda text: pattern.sub(lambda found: shifted(found[0], by), text)


def either_case(word):
    first = f"[{word[0]}{word[0].upper()}]" if word[0].islower() else re.escape(word[0])
    return first + re.escape(word[1:])


def shifted(words, by):
    """*words* with each letter moved on in the alphabet."""
    letters = string.ascii_lowercase
    moved = letters[by:] + letters[:by]
    return words.translate(str.maketrans(letters + letters.upper(), moved + moved.upper()))


def without_digests(text):
    return re.sub(r"[0-9a-f]{64}", "…", text)


def both_pages(folder, monkeypatch, rename, rules, books, account, first, last=2025, **more):
    """The page as it is, renamed, and the page of the ruleset and ledger renamed; and so with the records."""
    found = []
    for place in ("as-it-is", "renamed"):
        monkeypatch.chdir(folder / place)
        made = determine(load(rules), read_ledger(books), account, first, last, **more)
        found.append(page(made) + to_json(made))
        more = {key: value and rename(value) for key, value in more.items()}
    return without_digests(rename(found[0])), without_digests(found[1])


def renamed_copy(folder, rename, start="as-it-is", end="renamed"):
    """Rename everything below *start*."""
    for path in sorted((folder / start).rglob("*")):
        if path.is_file():
            to = folder / end / path.relative_to(folder / start)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text(rename(path.read_text(encoding="utf-8")), encoding="utf-8")


def names_apart(folder, references):
    """Write what is below ``drawn`` to ``as-it-is``, with names that are no words of a law or a page.

    Returns:
        What renames them once more.
    """
    for path in (folder / "drawn").rglob("*.*"):
        path.write_text(set_apart(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "drawn")
        names = names_of(*(text for name in references for text in load(name).every()))
    apart = renamer(names, by=7)
    renamed_copy(folder, apart, "drawn", "as-it-is")
    return renamer({apart(name) for name in names})


@pytest.mark.parametrize(("rules", "books", "account", "first"), SHIPPED, ids=lambda value: str(value))
def test_renaming_what_is_shipped_renames_its_page(tmp_path, monkeypatch, rules, books, account, first):
    """Rename every kind, origin, fact, class, part, obligation, vehicle and place: nothing else changes."""
    for name in ("california", "section-177", "colorado"):
        shutil.copytree(rulesets_folder() / name, tmp_path / "drawn" / name)
    shutil.copytree(rulesets_folder() / "ledgers" / books, tmp_path / "drawn" / "books")
    rename = names_apart(tmp_path, ("california/acc1", "section-177/acc1", "colorado/zev"))
    renamed_copy(tmp_path, rename)

    expected, found = both_pages(tmp_path, monkeypatch, rename, rules, "books", account, first)
    assert found == expected


def set_apart(text):
    """A name that is also a word of the language gets one of its own first."""
    before, after = r"(?<![\w-])(?<!they are )(?<!justice )(?<!credits )(?<!credits are )", r"(?![\w-])(?! in | from )"
    text = re.sub(r"(?<!may be )\bconverted\b(?! into)", "exchanged", text)
    return re.sub(f"{before}earned{after}", "homemade", text)


@given(case=cases(years=2))
@examples(25)
def test_renaming_an_invented_ruleset_renames_its_page(tmp_path_factory, case):
    """The same of rulesets that nobody has seen."""
    folder = tmp_path_factory.mktemp("case")
    (folder / "drawn").mkdir()
    write(case, folder / "drawn")
    rename = names_apart(folder, ["atlantis/duty"])
    renamed_copy(folder, rename)

    with pytest.MonkeyPatch.context() as patch:
        expected, found = both_pages(
            folder, patch, rename, "atlantis/duty", "books", "Maker", case.years[0], case.years[-1]
        )
    assert found == expected


# ------------------------------------------------------------------------- names, of every statement

GOLDEN = Path(__file__).parents[1] / "golden"
DETERMINATIONS = GOLDEN / "determinations"
SCENARIOS = Path(__file__).parents[1] / "scenarios"

#: Scenarios of shipped rulesets with groups and tables of vehicles, orders of use, credits carried at a share.
WIDE = ["act/b6-make-up", "act/b4-nzev-limit", "china/example-5", "acc2/a5-shortfall-with-caps"]


@pytest.mark.parametrize("case", sorted(path.name for path in DETERMINATIONS.iterdir()))
def test_renaming_a_golden_case_renames_its_page(tmp_path, monkeypatch, case):
    """Every statement of the language is in one of these."""
    shutil.copytree(DETERMINATIONS / case, tmp_path / "drawn")
    ruleset, account, years = (tmp_path / "drawn" / "ask.txt").read_text(encoding="utf-8").splitlines()
    first, _, last = years.partition("..")
    rename = names_apart(tmp_path, [ruleset])
    renamed_copy(tmp_path, rename)

    run = int(first), int(last or first)
    expected, found = both_pages(tmp_path, monkeypatch, rename, ruleset, "ledger.json", account, *run)
    assert found == expected


@pytest.mark.parametrize("scenario", WIDE)
def test_renaming_a_scenario_renames_its_page(tmp_path, monkeypatch, scenario):
    """Shipped law with the ledger of a scenario."""
    ruleset, account, years = (SCENARIOS / scenario / "ask.txt").read_text(encoding="utf-8").splitlines()
    first, _, last = years.partition("..")
    shutil.copytree(rulesets_folder() / ruleset, tmp_path / "drawn" / ruleset)
    shutil.copy(SCENARIOS / scenario / "ledger.json", tmp_path / "drawn")
    rename = names_apart(tmp_path, [ruleset])
    renamed_copy(tmp_path, rename)

    run = int(first), int(last or first)
    expected, found = both_pages(tmp_path, monkeypatch, rename, ruleset, "ledger.json", account, *run)
    assert found == expected


@pytest.mark.parametrize("text", ["original", "longer make-up", "third round", "higher share", None])
def test_renaming_amendments_renames_the_page(tmp_path, monkeypatch, text):
    """An amendment is called by its name, in the text and when it is asked for."""
    shutil.copytree(GOLDEN / "amendments" / "law", tmp_path / "drawn")
    shutil.copy(GOLDEN / "amendments" / "ledger.json", tmp_path / "drawn")
    rename = names_apart(tmp_path, ["westland/credits"])
    renamed_copy(tmp_path, rename)

    asked = {"text": shifted(text, 7) if text and text != "original" else text}
    ask = ("westland/credits", "ledger.json", "Ember", 2030, 2031)
    expected, found = both_pages(tmp_path, monkeypatch, rename, *ask, **asked)
    assert found == expected


@given(case=broad.cases(years=2))
@examples(20)
def test_renaming_a_broad_ruleset_renames_its_page(tmp_path_factory, case):
    """Orders of use, several duties and units, credits carried at a share: of rulesets that nobody has seen."""
    folder = tmp_path_factory.mktemp("case")
    (folder / "drawn").mkdir()
    broad.write(case, folder / "drawn")
    rename = names_apart(folder, ["atlantis/duty"])
    renamed_copy(folder, rename)

    with pytest.MonkeyPatch.context() as patch:
        run = case.years[0], case.years[-1]
        expected, found = both_pages(folder, patch, rename, "atlantis/duty", "books", broad.ACCOUNT, *run)
    assert found == expected
