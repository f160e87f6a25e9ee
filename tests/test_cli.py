"""The command line as a person meets it: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zevrules.cli import main

BMW = ("--ledger", "california-bank", "--account", "BMW")


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    """The exit status of a command, what it printed, and what it complained of."""
    try:
        status = main(args)
    except SystemExit as ended:
        status = int(ended.code or 0)
    said = capsys.readouterr()
    return status, said.out, said.err


def edited_copy(folder: Path, old: str, new: str) -> Path:
    """California's rules as an author's own, with one passage changed."""
    assert main(["copy", "california/acc1", str(folder)]) == 0
    own = folder / "california" / "acc1"
    changed = 0
    for path in own.glob("*.zev"):
        text = path.read_text(encoding="utf-8")
        changed += text.count(old)
        path.write_text(text.replace(old, new), encoding="utf-8")
    assert changed == 1
    return own


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (("determine", "california/acc1", *BMW, "--model-year", "2021"), 0, "COMPLIANT"),
        (("determine", "california/acc1", *BMW, "--model-year", "2021", "--fail-on", "compliant"), 1, "COMPLIANT"),
        (("determine", "california/acc1", *BMW, "--model-year", "2021", "--fail-on", "not-compliant"), 0, "COMPLIANT"),
        (("check", "california/acc1", "colorado/zev"), 0, "california/acc1: sound; "),
        (("rules",), 0, "colorado/zev"),
        (
            ("rules", "california/acc1", "--cite", "13 CCR 1962.2(g)(6)(B)"),
            0,
            "BEVx may satisfy ≤50% of ZEV requirement",
        ),
        (("explain", "california/acc1", *BMW, "--model-year", "2021", "average volume"), 0, "facts.csv row"),
        (("--version",), 0, "zevrules "),
        (("--help",), 0, "COMMAND"),
    ],
)
def test_answers(capsys: pytest.CaptureFixture[str], args: tuple[str, ...], status: int, words: str) -> None:
    ended, out, err = run(capsys, *args)

    assert (ended, err) == (status, "")
    assert words in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("determine", "californa/acc1", *BMW, "--model-year", "2021"), "did you mean `california/acc1`?"),
        (("determine", "nowhere", *BMW, "--model-year", "2021"), "shipped: california/acc1"),
        (
            ("determine", "california/acc1", "--ledger", "california-bank", "--account", "BWM", "--model-year", "2021"),
            "did you mean `BMW`?",
        ),
        (
            ("determine", "california/acc1", "--ledger", "no-such", "--account", "BMW", "--model-year", "2021"),
            "no-such",
        ),
        (("determine", "california/acc1", *BMW, "--model-year", "21"), "is not a model year"),
        (("determine", "california/acc1", *BMW, "--model-year", "2025..2021"), "no run of model years"),
        (("determine", "california/acc1", *BMW, "--model-year", "2021", "--as-of", "2021-02-30"), "not a day"),
        (("determine", "california/acc1", *BMW, "--model-year", "2021", "--set", "volume"), "is not FACT=VALUE"),
        (("determine", "california/acc1", *BMW, "--model-year", "2021", "--fail-on", "bad"), "is not a verdict"),
        (("explain", "california/acc1", *BMW, "--model-year", "2021", "ZEV requirment"), "did you mean"),
        (("rules", "california/acc1", "--cite", "WAC 173-423-070-080"), "several sections"),
        (("copy", "no/such", "x"), "nothing is shipped as `no/such`"),
    ],
)
def test_complaints(capsys: pytest.CaptureFixture[str], args: tuple[str, ...], words: str) -> None:
    """What cannot be read ends with 2 and says what is wrong; nothing else is printed."""
    ended, out, err = run(capsys, *args)

    assert (ended, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("code", "args"),
    [
        ("no-ruleset-there", ("check", "empty")),
        ("unknown-number", ("explain", "california/acc1", *BMW, "--model-year", "2021", "ZEV requirment")),
        ("unknown-verdict", ("determine", "california/acc1", *BMW, "--model-year", "2021", "--fail-on", "complaint")),
        ("unreadable-citation", ("rules", "california/acc1", "--cite", "WAC 173-423-070-080")),
        ("already-there", ("copy", "california/acc1", "mine")),
        ("nothing-shipped", ("copy", "california/acc", "mine")),
        ("unreadable-place", ("template", "california/acc1", "mine/california/acc1/4-use.zev/below")),
        ("unknown-ruleset", ("determine", "californa/acc1", *BMW, "--model-year", "2021")),
    ],
)
def test_what_cannot_be_done_has_a_code(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    expect: Callable[[Path, str], None],
    code: str,
    args: tuple[str, ...],
) -> None:
    """The whole message, as for every other error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert main(["copy", "california/acc1", "mine"]) == 0
    capsys.readouterr()

    ended, out, err = run(capsys, *args)

    assert (ended, out) == (2, "")
    assert f"error[{code}]" in err
    expect(Path(__file__).parent / "golden" / "asked" / f"{code}.expected", err)


def test_every_refusal_of_a_question_has_its_message() -> None:
    """A new function in the errors of the report needs a case above."""
    from zevrules.report import errors

    codes = {
        name.replace("_", "-")
        for name, made in vars(errors).items()
        if getattr(made, "__module__", "") == errors.__name__
    }
    kept = {path.stem for path in (Path(__file__).parent / "golden" / "asked").iterdir()}

    assert codes - kept == set()


def test_a_changed_line_changes_the_determination(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """50% to 40%: the demo falls short, and the page and the trace quote the new line and its place."""
    own = edited_copy(tmp_path / "mine", "≤50% of ZEV requirement", "≤40% of ZEV requirement")
    capsys.readouterr()
    years = ("--model-year", "2021..2025")

    _, before, _ = run(capsys, "determine", "california/acc1", *BMW, *years)
    _, after, _ = run(capsys, "determine", str(own), *BMW, *years)
    _, traced, _ = run(capsys, "explain", str(own), *BMW, *years, "BEVx toward ZEV requirement of model year 2025")

    assert before.startswith("COMPLIANT")
    assert after.startswith("DEFICIT CARRIED")
    assert "lacking                                   1,008.98" in after
    for text in (after, traced):
        assert "BEVx may satisfy ≤40% of ZEV requirement" in text
        assert "4-use.zev:51" in text


def test_an_adopted_local_copy_wins(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    edited_copy(mine, "    2023   17%\n", "    2023   18%\n")
    assert main(["copy", "colorado/zev", str(mine)]) == 0
    capsys.readouterr()
    asked = ("--ledger", "colorado-example", "--account", "Example Motors", "--model-year", "2023")

    _, shipped, _ = run(capsys, "determine", "colorado/zev", *asked)
    _, own, _ = run(capsys, "determine", str(mine / "colorado" / "zev"), *asked)

    assert "17,000.00" in shipped
    assert "18,000.00" in own


def test_check_reports_everything_and_says_no(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = edited_copy(
        tmp_path, "BEVx may satisfy ≤50% of ZEV requirement", "BEVx may satisfy ≤50%\nTZEV may satisfy all"
    )
    capsys.readouterr()

    ended, out, err = run(capsys, "check", str(own))

    assert (ended, out) == (1, "")
    assert "error[percentage-without-base]" in err
    assert "error[unknown-name]" in err
    assert "2 errors" in err


def test_template_reads_back_undetermined(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "ledger"

    ended, out, _ = run(capsys, "template", "colorado/zev", str(folder))
    again, _, complaint = run(capsys, "template", "colorado/zev", str(folder))
    account = ("--ledger", str(folder), "--account", "Our company", "--model-year", "2023")
    _, page, _ = run(capsys, "determine", "colorado/zev", *account)

    assert ended == 0
    assert "facts.csv" in out
    assert again == 2
    assert "there already" in complaint
    assert page.startswith("UNDETERMINED")
    assert "the ledger does not say" in page


def test_a_fact_set_on_trial(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("determine", "california/acc1", *BMW, "--model-year", "2021")

    _, page, _ = run(capsys, *asked, "--set", "average volume=100,000")

    assert "on trial  average volume = 100,000" in page
    assert "12,000.00   12% × 100,000" in page


def test_json_says_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("determine", "california/acc1", *BMW, "--model-year", "2021")

    _, out, _ = run(capsys, *asked, "--json")
    made = json.loads(out)

    assert made["verdict"] == "compliant"
    assert {"verdict", "obligations", "uses", "account", "reasons", "trace", "receipt"} <= set(made)
    assert made["obligations"][0]["amount"] == "5453.28"


def test_a_pipe_that_closes_early_is_no_fault() -> None:
    """`zevrules … | head -1` ends without a word on the error stream."""
    command = [sys.executable, "-m", "zevrules", "determine", "california/acc1", *BMW, "--model-year", "2021"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"COMPLIANT")
        process.stdout.close()
        assert process.stderr.read() == b""
