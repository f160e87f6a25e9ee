"""What changes nothing: the order of files and rows, the process, and what things are called."""

from __future__ import annotations

import codecs
import os
import random
import re
import shutil
import subprocess
import sys

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
        names |= {*text.quantities, *(size.name for size in text.classes)}
        names |= {part.name for owed in text.obligations for part in owed.parts} | {o.name for o in text.obligations}
        names.add(text.unit.removesuffix(" credits"))
    return names


def renamer(names):
    """Every name by another of the same length, so that no column moves and no line breaks elsewhere."""
    longest = sorted(names, key=lambda name: (-len(name), name))
    # A page may break a line within a name.
    words = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest)
    pattern = re.compile(rf"(?<![\w-])({words})(?![\w-])")
    return lambda text: pattern.sub(lambda found: codecs.encode(found[0], "rot13"), text)


def without_digests(text):
    return re.sub(r"[0-9a-f]{64}", "…", text)


def both_pages(folder, monkeypatch, rename, rules, books, account, first, last=2025):
    """The page as it is, renamed, and the page of the ruleset and ledger renamed."""
    found = []
    for place in ("as-it-is", "renamed"):
        monkeypatch.chdir(folder / place)
        found.append(page(decide(rules, books, account, first, last)))
    return without_digests(rename(found[0])), without_digests(found[1])


def renamed_copy(folder, rename):
    """Rename everything below ``as-it-is``."""
    for path in sorted((folder / "as-it-is").rglob("*")):
        if path.is_file():
            to = folder / "renamed" / path.relative_to(folder / "as-it-is")
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text(rename(path.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize(("rules", "books", "account", "first"), SHIPPED, ids=lambda value: str(value))
def test_renaming_what_is_shipped_renames_its_page(tmp_path, monkeypatch, rules, books, account, first):
    """Rename every kind, origin, fact, class, part, obligation, vehicle and place: nothing else changes."""
    for name in ("california", "section-177", "colorado"):
        shutil.copytree(rulesets_folder() / name, tmp_path / "as-it-is" / name)
    shutil.copytree(rulesets_folder() / "ledgers" / books, tmp_path / "as-it-is" / "books")
    for path in (tmp_path / "as-it-is").rglob("*.*"):
        path.write_text(set_apart(path.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "as-it-is")
    texts = [text for name in ("california/acc1", "section-177/acc1", "colorado/zev") for text in load(name).every()]
    rename = renamer(names_of(*texts))
    renamed_copy(tmp_path, rename)

    expected, found = both_pages(tmp_path, monkeypatch, rename, rules, "books", account, first)
    assert found == expected


def set_apart(text):
    """Names that are also words of the language, of a column or of a page get names of their own first."""
    return re.sub(r"(?<![\w-])earned(?=,| and |\n)", "homemade", text)


@given(case=cases(years=2))
@examples(25)
def test_renaming_an_invented_ruleset_renames_its_page(tmp_path_factory, case):
    """The same of rulesets that nobody has seen."""
    folder = tmp_path_factory.mktemp("case")
    (folder / "as-it-is").mkdir()
    write(case, folder / "as-it-is")
    texts = load(str(folder / "as-it-is" / "atlantis" / "duty")).every()
    rename = renamer(names_of(*texts))
    renamed_copy(folder, rename)

    with pytest.MonkeyPatch.context() as patch:
        expected, found = both_pages(
            folder, patch, rename, "atlantis/duty", "books", "Maker", case.years[0], case.years[-1]
        )
    assert found == expected
