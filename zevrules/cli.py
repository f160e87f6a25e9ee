"""The command ``zevrules``: arguments in, exit status out; nothing else prints.

Exit status: 0 done; 1 the answer is no (a check failed, or a verdict named by --fail-on); 2 the input cannot be read.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zevrules.diagnostic import Diagnostic, Rejected
from zevrules.report import errors
from zevrules.version import VERSION

if TYPE_CHECKING:
    from zevrules.citation import Citation
    from zevrules.comparison.findings import Comparison
    from zevrules.comparison.printed import Held
    from zevrules.determination.findings import Determination
    from zevrules.driver import Rules

DONE, NO, UNREADABLE = 0, 1, 2

_RULESET = "a shipped ruleset, as `zevrules rules` lists them, or the path of your own"
_TEXT = "the text with this amendment, whatever its dates; `original` for the text without any"
_LEDGER = "a folder of CSV files, a workbook, a JSON file, or the name of a shipped example"


class _Refused(Exception):  # noqa: N818 - says what happened
    """What was asked for cannot be done."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.message)


def command() -> int:
    """Run the command of this process; the exit status."""
    # A command is short and makes no garbage in circles; looking for it, as it runs and once more as it
    # ends, would take a quarter of its time.
    gc.set_threshold(200_000)
    status = main()
    gc.freeze()
    return status


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    _speak_utf8()
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except _Refused as refused:
        return _complain(refused.diagnostic)
    except Rejected as rejected:
        return _complain(*rejected.diagnostics)
    except BrokenPipeError:
        # The reader of a pipe has seen enough: `zevrules determine … | head`.
        sys.stderr.close()
        return DONE
    except OSError as fault:
        return _complain(errors.unreadable_place(str(fault.filename or "a file"), fault.strerror or str(fault)))
    return status


def _speak_utf8() -> None:
    """§ and ≤ are part of every answer, whatever the terminal is set to."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _complain(*found: Diagnostic) -> int:
    from zevrules.report.messages import messages

    sys.stderr.write(messages(found))
    return UNREADABLE


# --------------------------------------------------------------------------------- arguments


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="zevrules",
        description="Zero-emission-vehicle credit law as text that people write and a machine applies.",
        epilog="Exit status: 0 done, 1 the answer is no, 2 the input cannot be read.",
    )
    top.add_argument("--version", action="version", version=f"zevrules {VERSION}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    determine = _command(commands, "determine", _determine, "the determination of an account, with its law")
    _asks_for_a_determination(determine)
    determine.add_argument("--json", action="store_true", help="print JSON (see the schema in the docs)")
    determine.add_argument("--fail-on", metavar="VERDICT,…", default="", help="exit 1 on one of these verdicts")
    explain = _command(commands, "explain", _explain, "the trace of one number, as sentences")
    _asks_for_a_determination(explain)
    explain.add_argument("quantity", help='the number\'s name: "ZEV requirement", "average volume of model year 2021"')
    explain.add_argument("--depth", type=int, metavar="N", help="how many steps down; all of them by default")
    compare = _command(commands, "compare", _compare, "rulesets, options, readings or texts side by side on one ledger")
    _asks_for_a_comparison(compare)
    position = _command(commands, "position", _position, "where a manufacturer stands: all states, all model years")
    _asks_for_a_position(position)
    check = _command(commands, "check", _check, "whether rulesets are sound; every mistake at once")
    check.add_argument("ruleset", nargs="+", help=_RULESET)
    rules = _command(commands, "rules", _rules, "what a ruleset says, by section of the law")
    rules.add_argument("ruleset", nargs="?", help=_RULESET + "; without one, the shipped rulesets are listed")
    rules.add_argument("--cite", metavar="CITATION", help="only what stands under, or cites, this section")
    _asks_for_a_text(rules)
    show = _command(commands, "show", _show_text, "the text of a ruleset as it stood on a day, amendments put in place")
    show.add_argument("ruleset", help=_RULESET)
    _asks_for_a_text(show)
    template = _command(commands, "template", _template, "write an empty ledger with what a ruleset asks for")
    template.add_argument("ruleset", help=_RULESET)
    template.add_argument("folder", nargs="?", default="ledger", help="where to write it (default: ledger)")
    copy = _command(commands, "copy", _copy, "make a shipped ruleset or example ledger your own")
    copy.add_argument("name", help="a shipped ruleset or ledger")
    copy.add_argument("folder", help="the folder to copy it into")
    return top


def _command(commands: Any, name: str, run: object, words: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=words[0].upper() + words[1:] + "."
    )
    made.set_defaults(run=run)
    return made


def _asks_for_a_text(command: argparse.ArgumentParser) -> None:
    latest = "the text in force on this day (default: the latest)"
    command.add_argument("--as-of", type=_day, metavar="DATE", help=latest)
    command.add_argument("--text", metavar="NAME", help=_TEXT)


def _asks_for_a_determination(command: argparse.ArgumentParser) -> None:
    command.add_argument("ruleset", help=_RULESET)
    command.add_argument("--ledger", required=True, metavar="PATH", help=_LEDGER)
    command.add_argument("--account", required=True, metavar="NAME", help="whose: a name or alias in the ledger")
    command.add_argument("--model-year", required=True, type=_years, metavar="Y[..Y]", help="one model year, or a run")
    as_of = "apply the text in force on this day (default: on each model year's closing day)"
    command.add_argument("--as-of", type=_day, metavar="DATE", help=as_of)
    _asks_for_a_day_of_knowledge(command)
    command.add_argument("--text", metavar="NAME", help=_TEXT)
    command.add_argument("--set", action="append", default=[], type=_setting, metavar="FACT=VALUE", dest="settings",
                         help="try a fact without editing the ledger; may be repeated")  # fmt: skip
    command.add_argument("--reading", action="append", default=[], metavar="NAME", dest="readings",
                         help="give the verdict by this reading of the text; may be repeated")  # fmt: skip


def _asks_for_a_day_of_knowledge(command: argparse.ArgumentParser) -> None:
    known_at = "count only what had been recorded by this day (default: all that the ledger holds)"
    command.add_argument("--known-at", type=_day, metavar="DATE", help=known_at)


def _asks_for_a_comparison(command: argparse.ArgumentParser) -> None:
    case = f'{_RULESET}; after commas an option, a reading, a text or a fact: "RULESET, option 2, as of 2024-12-31"'
    command.add_argument("case", nargs="+", help=case)
    command.add_argument("--ledger", required=True, metavar="PATH", help=_LEDGER)
    command.add_argument("--model-year", required=True, type=_years, metavar="Y[..Y]", help="one model year, or a run")
    _asks_for_a_day_of_knowledge(command)
    command.add_argument("--account", action="append", default=[], metavar="NAME", dest="accounts",
                         help="only this account; may be repeated (default: every account of the ledger)")  # fmt: skip
    command.add_argument("--show", action="append", default=[], metavar="QUANTITY", dest="shown",
                         help="this quantity, not the results that a ruleset names; may be repeated")  # fmt: skip
    printed = "hold the figures against printed ones (a CSV file), and exit 1 if one differs without a cause"
    command.add_argument("--printed", metavar="FILE", help=printed)
    places = "show credits and vehicles to so many places (default: credits 2, vehicles 0)"
    command.add_argument("--places", type=_places, metavar="N", help=places)
    command.add_argument("--format", choices=("text", "csv", "markdown", "xlsx", "json"), default="text",
                         help="how to write it (default: text)")  # fmt: skip
    command.add_argument("--output", metavar="FILE", help="where to write it (default: here; a workbook needs a file)")


def _asks_for_a_position(command: argparse.ArgumentParser) -> None:
    command.add_argument("ruleset", nargs="+", help=_RULESET)
    command.add_argument("--ledger", required=True, metavar="PATH", help=_LEDGER)
    command.add_argument("--account", action="append", default=[], metavar="NAME", dest="accounts",
                         help="only this account; may be repeated (default: every account of the ledger)")  # fmt: skip
    years = "one model year, or a run (default: those that each ruleset covers and the ledger tells of)"
    command.add_argument("--model-year", type=_years, metavar="Y[..Y]", default=(None, None), help=years)
    as_of = "apply the texts in force on this day (default: on each model year's closing day)"
    command.add_argument("--as-of", type=_day, metavar="DATE", help=as_of)
    _asks_for_a_day_of_knowledge(command)
    command.add_argument("--text", metavar="NAME", help=f"of each ruleset that has it {_TEXT}")
    command.add_argument("--reading", action="append", default=[], metavar="NAME", dest="readings",
                         help="give the verdicts by this reading of a text; may be repeated")  # fmt: skip
    command.add_argument("--json", action="store_true", help="print JSON (see the schema in the docs)")


def _places(text: str) -> int:
    if not text.isdigit() or int(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of places from 0 to 9")
    return int(text)


def _years(text: str) -> tuple[int, int]:
    first, dots, last = text.partition("..")
    if not (first.isdigit() and len(first) == 4 and (not dots or (last.isdigit() and len(last) == 4))):
        raise argparse.ArgumentTypeError(f"{text!r} is not a model year (2021) or a run of them (2021..2025)")
    years = int(first), int(last or first)
    if years[0] > years[1] or years[1] - years[0] > 60 or years[0] < 1900:
        raise argparse.ArgumentTypeError(f"{text!r} is no run of model years that a ruleset could cover")
    return years


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day of the calendar (2024-01-31)") from None


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f'{text!r} is not FACT=VALUE, as in "average volume=45,000"')
    return name.strip(), value.strip()


# ---------------------------------------------------------------------------------- commands


def _load(reference: str) -> Rules:
    from zevrules.driver import load
    from zevrules.library import NotFound, shipped_names

    try:
        return load(reference)
    except NotFound as missing:
        if str(missing) != reference:
            raise _Refused(errors.no_ruleset_there(str(missing))) from None
        from zevrules.model.errors import unknown_ruleset

        raise _Refused(unknown_ruleset(None, reference, shipped_names())) from None


def _determination(args: argparse.Namespace) -> Determination:
    from zevrules.driver import determine, read_ledger

    rules = _load(args.ruleset)
    ledger = read_ledger(args.ledger)
    first, last = args.model_year
    return determine(rules, ledger, args.account, first, last, as_of=args.as_of, known_at=args.known_at, text=args.text,
                     settings=args.settings, readings=args.readings)  # fmt: skip


def _determine(args: argparse.Namespace) -> int:
    refused = _verdicts(args.fail_on)
    made = _determination(args)
    if args.json:
        from zevrules.report.records import to_json

        sys.stdout.write(to_json(made, indent=2) + "\n")
    else:
        from zevrules.report.text import page

        _show(page(made))
    return NO if made.verdict in refused else DONE


def _verdicts(text: str) -> set[str]:
    wanted = {" ".join(word.replace("-", " ").split()).lower() for word in text.split(",") if word.strip()}
    if not wanted:
        return set()
    from zevrules.determination.findings import VERDICTS

    unknown = sorted(wanted - set(VERDICTS))
    if unknown:
        raise _Refused(errors.unknown_verdict(unknown[0], VERDICTS))
    return wanted


def _explain(args: argparse.Namespace) -> int:
    from zevrules.report.explain import NoSuchNumber, explain

    made = _determination(args)
    try:
        _show(explain(made, args.quantity, args.depth))
    except NoSuchNumber as missing:
        raise _Refused(errors.unknown_number(missing.quantity, missing.help)) from None
    return DONE


def _compare(args: argparse.Namespace) -> int:
    from zevrules.comparison.printed import hold, left_out, unexplained
    from zevrules.driver import compare, read_ledger, read_printed
    from zevrules.library import NotFound, shipped_names
    from zevrules.model.errors import unknown_ruleset

    if args.format == "xlsx" and not args.output:
        raise _Refused(errors.workbook_needs_a_file())
    ledger = read_ledger(args.ledger)
    first, last = args.model_year
    try:
        made = compare(args.case, ledger, first, last, accounts=args.accounts, shown=args.shown,
                       known_at=args.known_at)  # fmt: skip
    except NotFound as missing:
        raise _Refused(unknown_ruleset(None, str(missing), shipped_names())) from None
    printed = read_printed(args.printed, ledger) if args.printed else ()
    held = hold(made, printed)
    _write_comparison(args, made, held, left_out(made, printed))
    return NO if any(unexplained(held)) else DONE


def _write_comparison(
    args: argparse.Namespace, made: Comparison, held: Sequence[Held], left_out: Sequence[str]
) -> None:
    from zevrules.report import comparison, tables

    if args.format == "json":
        from zevrules.report.comparison_records import to_json

        words = to_json(made, held, indent=2) + "\n"
    else:
        full = args.format in ("csv", "xlsx")
        some = comparison.tables(made, held, left_out=left_out, places=args.places, full=full)
        if args.format == "xlsx":
            try:
                tables.write_workbook(some, Path(args.output))
            except ImportError:
                raise _Refused(errors.no_workbooks()) from None
            return
        write = {"text": tables.text, "markdown": tables.markdown, "csv": tables.csv_text}[args.format]
        words = write(some)
        if args.format != "csv":
            words = f"{comparison.opening(made, markdown=args.format == 'markdown')}\n{words}"
    if args.output:
        Path(args.output).write_text(words, encoding="utf-8")
    else:
        _show(words) if args.format == "text" else sys.stdout.write(words)


def _position(args: argparse.Namespace) -> int:
    from zevrules.driver import position, read_ledger

    rules = [_load(reference) for reference in args.ruleset]
    first, last = args.model_year
    made = position(rules, read_ledger(args.ledger), accounts=args.accounts, first=first, last=last, as_of=args.as_of,
                    known_at=args.known_at, text=args.text, readings=args.readings)  # fmt: skip
    if args.json:
        from zevrules.report.position_records import to_json

        sys.stdout.write(to_json(made, indent=2) + "\n")
    else:
        from zevrules.report.position import page

        _show(page(made))
    return DONE


def _check(args: argparse.Namespace) -> int:
    from zevrules.report.messages import messages

    found: list[Diagnostic] = []
    for reference in args.ruleset:
        try:
            texts = _load(reference).every()
        except Rejected as rejected:
            found.extend(rejected.diagnostics)
            continue
        newest = texts[-1]
        several = f" in {len(texts)} texts" if len(texts) > 1 else ""
        print(f"{newest.name}: sound; {len(newest.provisions)} provisions{several}")
    if found:
        sys.stderr.write(messages(found))
    return NO if found else DONE


def _rules(args: argparse.Namespace) -> int:
    from zevrules.library import shipped_names

    if args.ruleset is None:
        for name in shipped_names():
            print(f"{name:<24} {_load(name).every()[-1].title}")
        return DONE
    from zevrules.report.outline import outline

    rules = _load(args.ruleset)
    _show(outline(rules.text(args.as_of, args.text), _citation(args.cite) if args.cite else None))
    return DONE


def _show_text(args: argparse.Namespace) -> int:
    from zevrules.report.consolidated import consolidated

    sys.stdout.write(consolidated(_load(args.ruleset).assembled(args.as_of, args.text)))
    return DONE


def _citation(text: str) -> Citation:
    from zevrules.citation import MalformedCitation, read_citation

    try:
        return read_citation(text)
    except MalformedCitation as fault:
        raise _Refused(errors.unreadable_citation(fault.what, fault.help)) from None


def _template(args: argparse.Namespace) -> int:
    from zevrules.determination.asks import asks
    from zevrules.ledger.template import write_template

    text = _load(args.ruleset).every()[-1]
    try:
        written = write_template(Path(args.folder), asks(text))
    except FileExistsError as fault:
        raise _Refused(errors.already_there(str(fault.filename or args.folder))) from None
    for path in written:
        print(path)
    return DONE


def _copy(args: argparse.Namespace) -> int:
    from zevrules.library import NotFound, copy, shipped_ledgers, shipped_names

    try:
        written = copy(args.name, Path(args.folder))
    except FileExistsError as fault:
        raise _Refused(errors.already_there(str(fault.filename or args.folder))) from None
    except NotFound:
        raise _Refused(errors.nothing_shipped(args.name, (*shipped_names(), *shipped_ledgers()))) from None
    for path in written:
        print(path)
    return DONE


# ------------------------------------------------------------------------------------ showing


def _show(text: str) -> None:
    """Print *text*; in colour on a terminal, if rich is there to do it."""
    if sys.stdout.isatty():
        from zevrules.report.colour import show

        try:
            show(text)
        except ImportError:
            pass
        else:
            return
    sys.stdout.write(text)
