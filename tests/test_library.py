"""Where rulesets are found, and how a shipped one becomes one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from zevrules.driver import determine, load, read_ledger
from zevrules.library import NotFound, copy, find, shipped_ledgers, shipped_names
from zevrules.model.rules import Ruleset
from zevrules.shipped import rulesets_folder


def percentage(text: Ruleset, year: int) -> str:
    """The percentage of a model year, as the words of the text have it."""
    (table,) = text.quantities["ZEV percentage"]
    return next(str(row.value.value) for row in table.rows if row.first == year and row.value is not None)


def halve(folder: Path) -> None:
    """Change the percentage of model year 2023 in a copy."""
    path = folder / "california" / "acc1" / "2-requirement.zev"
    words = path.read_text(encoding="utf-8")
    assert "2023   17%" in words
    path.write_text(words.replace("2023   17%", "2023   8.5%", 1), encoding="utf-8")


@pytest.mark.parametrize("name", shipped_names())
def test_a_copied_ruleset_says_the_same(name: str, tmp_path: Path) -> None:
    """To the byte, and under its own name."""
    written = copy(name, tmp_path)
    assert written == sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
    for path in written:
        assert path.read_bytes() == (rulesets_folder() / path.relative_to(tmp_path)).read_bytes()
    assert load(str(tmp_path / name)).on("2024-01-01") == load(name).on("2024-01-01")
    assert load(str(tmp_path)).name == name


@pytest.mark.parametrize("name", shipped_ledgers())
def test_a_copied_ledger_says_the_same(name: str, tmp_path: Path) -> None:
    """It has the same digest."""
    copy(name, tmp_path)
    assert read_ledger(str(tmp_path / name)).digest == read_ledger(name).digest


def test_a_copy_overwrites_nothing(tmp_path: Path) -> None:
    """Not even a single file beside those of one's own."""
    mine = tmp_path / "california" / "acc1" / "mine.zev"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError) as refused:
        copy("california/acc1", tmp_path)
    assert refused.value.filename == str(mine.parent)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]


@pytest.mark.parametrize(
    "name", ["california/acc2b", "sources", "", ".", "..", "california", "ledgers/california-bank"]
)
def test_only_what_is_shipped_can_be_copied(name: str, tmp_path: Path) -> None:
    """The name is that of one ruleset or ledger, and not a way to any folder."""
    with pytest.raises(NotFound, match="nothing is shipped as"):
        copy(name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_nearest_name_is_suggested(tmp_path: Path) -> None:
    """Most unknown names are slips."""
    with pytest.raises(NotFound, match="did you mean california-bank"):
        copy("california-bnk", tmp_path)


def test_a_copy_wins_where_it_is_adopted(tmp_path: Path) -> None:
    """An amended copy beside the adopter is what is adopted, and the shipped one stays as it is."""
    copy("california/acc1", tmp_path)
    copy("colorado/zev", tmp_path)
    halve(tmp_path)
    assert percentage(load(str(tmp_path / "colorado" / "zev")).on("2025-01-01"), 2023) == "17/200"
    assert percentage(load("colorado/zev").on("2025-01-01"), 2023) == "17/100"


@pytest.mark.parametrize("inside", [".", "colorado", "colorado/zev"])
def test_a_copy_wins_from_wherever_it_is_named(inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a path from the folder of all, of the jurisdiction, or of the ruleset itself."""
    copy("california/acc1", tmp_path)
    copy("colorado/zev", tmp_path)
    halve(tmp_path)
    monkeypatch.chdir(tmp_path / inside)
    reference = {".": "colorado/zev", "colorado": "zev", "colorado/zev": "."}[inside]
    assert percentage(load(reference).on("2025-01-01"), 2023) == "17/200"


def test_the_authors_own_folder_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of one's own under a shipped name is what the name means."""
    copy("california/acc1", tmp_path)
    halve(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert find("california/acc1")[0] == Path("california/acc1")
    assert percentage(load("california/acc1").on("2025-01-01"), 2023) == "17/200"


def test_a_folder_without_rules_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the same name that holds no rules is no ruleset."""
    (tmp_path / "california" / "acc1").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert find("california/acc1")[0] == rulesets_folder() / "california" / "acc1"


def test_several_rulesets_below_one_folder(tmp_path: Path) -> None:
    """The message names each of them."""
    copy("california/acc1", tmp_path)
    copy("colorado/zev", tmp_path)
    with pytest.raises(NotFound) as refused:
        load(str(tmp_path))
    assert str(tmp_path / "colorado" / "zev") in str(refused.value)


def test_a_single_file_finds_what_lies_beside_it(tmp_path: Path) -> None:
    """A ruleset in one file adopts the copy in its folder."""
    copy("california/acc1", tmp_path)
    halve(tmp_path)
    (tmp_path / "mine.zev").write_text(
        (rulesets_folder() / "colorado" / "zev" / "colorado.zev").read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert percentage(load(str(tmp_path / "mine.zev")).on("2025-01-01"), 2023) == "17/200"


def test_an_amended_copy_makes_another_determination(tmp_path: Path) -> None:
    """The digest of the copy is on the receipt in place of the shipped one's."""
    copy("california/acc1", tmp_path)
    halve(tmp_path)
    ledger = read_ledger("california-bank")
    mine = determine(load(str(tmp_path)), ledger, "BMW", 2023)
    shipped = determine(load("california/acc1"), ledger, "BMW", 2023)
    assert mine.years[0].obligations[0].size.value * 2 == shipped.years[0].obligations[0].size.value
    assert mine.ruleset.digests != shipped.ruleset.digests
