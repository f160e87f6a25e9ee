"""Firms under common ownership: counted together for size where the ruleset says so, and only there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import zevrules

RULES = zevrules.load("california/acc1")


def ledger(folder: Path, share: str, *, complete: bool = True) -> zevrules.Ledger:
    """Two firms of 3,000 vehicles a year each, one of which owns *share* of the other."""
    years = [
        (name, fact, year)
        for name in ("Big", "Small")
        for fact in ("size volume", "volume")
        for year in range(2014, 2021)
    ]
    facts = [
        {"account": name, "fact": fact, "jurisdiction": "California", "model year": str(year), "value": "3000"}
        for name, fact, year in years
        if complete or (name, fact, year) != ("Small", "size volume", 2017)
    ]
    written = {
        "ledger": {"complete through": "2030-01-01"},
        "accounts": [{"account": "Big"}, {"account": "Small", "owner": "Big", "owner share": share}],
        "facts": facts,
    }
    path = folder / "ledger.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    return zevrules.read_ledger(str(path))


@pytest.mark.parametrize(
    ("share", "size"),
    [
        ("33.4%", "small volume manufacturer"),  # not more than 33.4%: each firm by itself
        ("33.5%", "intermediate volume manufacturer"),  # together 6,000, above 4,500
        ("100%", "intermediate volume manufacturer"),
    ],
)
def test_size_is_that_of_the_group(share: str, size: str, tmp_path: Path) -> None:
    found = zevrules.determine(RULES, ledger(tmp_path, share), "Small", 2018)

    made = found.years[0].size
    assert made is not None
    assert made.words == size


def test_what_is_owed_is_that_of_the_firm(tmp_path: Path) -> None:
    """The requirement counts a firm's own vehicles: 4.5% of 3,000."""
    found = zevrules.determine(RULES, ledger(tmp_path, "100%"), "Small", 2018)

    assert str(found.years[0].obligations[0].size.value) == "135"


def test_a_volume_that_one_of_the_group_does_not_state_is_missing(tmp_path: Path) -> None:
    """Together they may be anything, so the class is open; what is missing is named with whose it is."""
    found = zevrules.determine(RULES, ledger(tmp_path, "100%", complete=False), "Big", 2018)

    assert found.verdict == "undetermined"
    assert "size volume of Small in California of model year 2017" in zevrules.page(found)
