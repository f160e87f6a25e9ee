"""What can be wrong with a ledger: one function for each fault, with its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from zevrules.diagnostic import Cell, Diagnostic, Label, nearest
from zevrules.ledger.columns import ENTRIES, NEEDED, REQUIRED
from zevrules.ledger.entries import Entry, Row
from zevrules.quantity import display_number

#: No file of a ledger may be larger, and no workbook when unpacked: far beyond any ledger of one program.
MOST_BYTES = 64 * 1024 * 1024


def _or(words: Iterable[str]) -> str:
    """*words* in a row, the last after "or"."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """The help that names the nearest of *known*, or *otherwise*."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else otherwise


def _a(word: str) -> str:
    """*word* after its article."""
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _at(row: Row) -> Cell:
    return Cell(row.sheet, row.number)


# ------------------------------------------------------------------------------------ the file itself


def no_such_ledger(name: str, known: Iterable[str] = ()) -> Diagnostic:
    """Nothing is stored where the ledger should be."""
    return Diagnostic(
        "no-such-ledger",
        f"there is no ledger at `{name}`",
        why="A ledger is a folder of CSV files, an XLSX workbook, or a JSON file.",
        help=_meant(name, known, "check the path; to begin a new ledger, write a template and fill it in"),
    )


def not_a_ledger(name: str, reason: str, mend: str = "") -> Diagnostic:
    """What is stored there is no ledger, or a broken one."""
    return Diagnostic(
        "not-a-ledger",
        f"`{name}` cannot be read as a ledger: {reason}",
        why="A ledger is a folder of CSV files, an XLSX workbook, or a JSON file.",
        help=mend or "give the folder that holds the CSV files, or a file whose name ends in .xlsx or .json",
    )


def too_large(name: str, what: str) -> Diagnostic:
    """A file beyond every reasonable ledger, which would only exhaust the machine."""
    return Diagnostic(
        "too-large",
        f"`{name}` is too large to be read: {what}",
        (Label(Cell(name, 1)),),
        why=f"No file of a ledger may hold more than {MOST_BYTES // 1024**2} MB, packed or unpacked.",
        help="keep one ledger for each program, and add up the deliveries of one model into one row",
    )


def missing_package(name: str) -> Diagnostic:
    """Workbooks need a package that is not installed with the core."""
    return Diagnostic(
        "missing-package",
        f"`{name}` is a workbook, and the package that reads workbooks is not installed",
        why="Reading XLSX needs the package python-calamine, which is not part of the core.",
        help='install it with `pip install "zevrules[xlsx]"`, or save each sheet as a CSV file in one folder',
    )


def external_link(name: str, link: str) -> Diagnostic:
    """A workbook that takes values from another file."""
    return Diagnostic(
        "external-link",
        f"the workbook `{name}` takes values from other files ({link})",
        why="What a ledger says must stand in the ledger: a value fetched from elsewhere can change unseen.",
        help="in the spreadsheet program break the links (Data, Edit Links, Break Link) and save it again",
    )


# --------------------------------------------------------------------------------- sheets and columns


def missing_sheet(ledger: str, sheet: str, found: Iterable[str]) -> Diagnostic:
    """A sheet that every ledger has is not there."""
    columns = ",".join(REQUIRED[sheet])
    near = nearest(sheet, found)
    return Diagnostic(
        "missing-sheet",
        f"the ledger `{ledger}` has no sheet `{sheet}`",
        why=f"Every ledger has the sheets {' and '.join(f'`{name}`' for name in NEEDED)}; the others may be left out.",
        help=f"is `{near}` meant? then rename it" if near else f"add one whose header is `{columns}`",
    )


def unknown_sheet(ledger: str, sheet: str) -> Diagnostic:
    """A sheet that no part of a ledger is called."""
    return Diagnostic(
        "unknown-sheet",
        f"the ledger `{ledger}` has a sheet `{sheet}`, and no sheet of a ledger is called so",
        (Label(Cell(sheet, 1)),),
        why="A sheet under another name would not be read, and nothing in a ledger is passed over in silence.",
        help=_meant(sheet, REQUIRED, f"the sheets are {_or(REQUIRED)}; keep other tables outside the ledger"),
    )


def sheet_twice(sheet: str, first: str) -> Diagnostic:
    """Two sheets whose names differ only in capitals."""
    return Diagnostic(
        "sheet-twice",
        f"`{sheet}` and `{first}` are the same sheet of the ledger",
        (Label(Cell(sheet, 1)), Label(Cell(first, 1), "the other one")),
        why="Capitals make no difference in the names of sheets, so it is not clear which one counts.",
        help="put the rows of both into one, or take one away",
    )


def bad_text(sheet: str, row: int, reason: str) -> Diagnostic:
    """A file of text that breaks the rules of its format."""
    return Diagnostic(
        "bad-text",
        f"`{sheet}` cannot be read: {reason}",
        (Label(Cell(sheet, row)),),
        why="The file must be UTF-8 text and keep the rules of its format, or a cell could be read wrongly.",
        help='save it again as "CSV UTF-8 (comma delimited)"; a quotation mark inside a cell is written twice',
    )


def bad_json(name: str, reason: str) -> Diagnostic:
    """A JSON file that is no JSON, or not of the shape of a ledger."""
    return Diagnostic(
        "bad-json",
        f"`{name}` cannot be read: {reason}",
        (Label(Cell(name, 1)),),
        why="A ledger in JSON is one object with a key for each sheet; `ledger` is an object, "
        "every other sheet a list of objects with a key for each column.",
        help='begin with {"ledger": {"title": "..."}, "accounts": [{"account": "..."}]}',
    )


def missing_column(at: Cell, column: str, found: Sequence[str]) -> Diagnostic:
    """A column that the sheet cannot do without."""
    near = nearest(column, found)
    if len(found) == 1 and (";" in found[0] or "\t" in found[0]):
        mend = "the columns are not separated by commas: save the file again as CSV (comma delimited)"
    elif near:
        mend = f"is `{near}` meant? then rename it to `{column}`"
    else:
        mend = f"add a column with the header `{column}`; the order of columns is free"
    return Diagnostic(
        "missing-column",
        f"the sheet has no column `{column}`",
        (Label(at),),
        why="Without it no row of the sheet can be read.",
        help=mend,
    )


def unknown_column(at: Cell, known: Iterable[str]) -> Diagnostic:
    """A column that the sheet does not have."""
    return Diagnostic(
        "unknown-column",
        f"this sheet has no column called `{at.text}`",
        (Label(at),),
        why="What stands in a column that is not known would be passed over in silence.",
        help=_meant(at.text or "", known, f"its columns are: {', '.join(known)}"),
    )


def column_twice(at: Cell) -> Diagnostic:
    """Two columns with the same header."""
    return Diagnostic(
        "column-twice",
        f"the column `{at.text}` stands in this sheet twice",
        (Label(at, "the second one"),),
        why="It is not clear which of the two counts.",
        help="take one of them away, or rename it",
    )


def cell_outside(at: Cell) -> Diagnostic:
    """Words to the right of the last header."""
    return Diagnostic(
        "cell-outside",
        f"`{at.text}` stands in no column",
        (Label(at, "there is no header above it"),),
        why="The row has more cells than the sheet has headers. In a CSV file this is most often a comma "
        "inside a cell that is not in quotation marks.",
        help='put a cell that has a comma in quotation marks: "45,444"',
    )


# ---------------------------------------------------------------------------------------------- cells


def hidden_character(at: Cell) -> Diagnostic:
    """A cell with a character that cannot be seen."""
    return Diagnostic(
        "hidden-character",
        f"`{at.text}` has a character that cannot be seen",
        (Label(at, "shown here by its number, after the backslash"),),
        why="Two names that look alike would be kept apart, or a number would be read as another than it looks.",
        help="type the cell again instead of pasting it",
    )


def bad_number(at: Cell, reason: str) -> Diagnostic:
    """A cell that should be a number and is none."""
    _, _, unit = (at.text or "").partition(" ")
    mend = "write the number alone, as 45444 or 45,444 or 0.5 or 1/3"
    return Diagnostic(
        "bad-number",
        f"`{at.text}` is not a number that can be read",
        (Label(at, reason),),
        why="Amounts are exact, so a number is never guessed.",
        help=mend + ("; its unit has a column of its own" if unit.isalpha() else ""),
    )


def not_whole(at: Cell) -> Diagnostic:
    """A count of vehicles that is not a whole number, or is below zero."""
    return Diagnostic(
        "not-whole",
        f"`{at.text}` vehicles cannot have been delivered",
        (Label(at),),
        why="Vehicles are counted one by one.",
        help="write a whole number, 0 or more",
    )


def binary_fraction(at: Cell) -> Diagnostic:
    """A number of a workbook with so many places that it is an artefact of the machine."""
    return Diagnostic(
        "binary-fraction",
        f"`{at.text}` has more places than a spreadsheet can hold exactly",
        (Label(at),),
        why="A spreadsheet stores such a number as the nearest binary fraction, and its last digits are chance.",
        help="format the cell as text and write the exact number, as 0.126 or 1/3",
    )


def formula_without_value(at: Cell) -> Diagnostic:
    """A formula whose result was never saved."""
    return Diagnostic(
        "formula-without-value",
        "this cell has a formula, and the workbook does not hold its result",
        (Label(at),),
        why="The program that wrote the workbook did not work out its formulas; the cell would read as empty.",
        help="open it in a spreadsheet program and save it, or write the value in place of the formula",
    )


def error_value(at: Cell) -> Diagnostic:
    """A formula whose result is an error."""
    return Diagnostic(
        "error-value",
        f"this cell shows the error `{at.text}`",
        (Label(at),),
        help="mend the formula, or write the value in its place",
    )


def bad_date(at: Cell, reason: str, mended: str | None = None) -> Diagnostic:
    """A cell that should be a day and is none."""
    return Diagnostic(
        "bad-date",
        f"`{at.text}` is not a date",
        (Label(at, reason),),
        help=f"write `{mended}`" if mended else "write year-month-day, as 2021-08-31",
    )


def bad_model_year(at: Cell, reason: str) -> Diagnostic:
    """A cell that should be a model year and is none."""
    digits = "".join(c for c in at.text or "" if c in "0123456789")
    return Diagnostic(
        "bad-model-year",
        f"`{at.text}` is not a model year",
        (Label(at, reason),),
        help=f"write `{digits}`" if len(digits) == 4 and digits[:2] in ("19", "20", "21") else "write it as 2021",
    )


def bad_share(at: Cell) -> Diagnostic:
    """A share of ownership that no firm can have."""
    return Diagnostic(
        "bad-share",
        f"`{at.text}` is not a share that an owner can have",
        (Label(at),),
        why="A share is something between nothing and the whole, 100%.",
        help="write a percentage from 0% to 100%, or a number from 0 to 1",
    )


def negative_amount(at: Cell) -> Diagnostic:
    """An amount below zero where only an entry's word says which way credits move."""
    return Diagnostic(
        "negative-amount",
        f"`{at.text}` is below zero",
        (Label(at),),
        why="The word in the column `entry` says whether credits come or go; the amount is how many.",
        help="take the minus away, or make the entry a `correction`, which alone may be below zero",
    )


def missing_cell(at: Cell, because: str) -> Diagnostic:
    """A blank where the row needs a word."""
    return Diagnostic(
        "missing-cell",
        f"`{at.column}` is blank",
        (Label(at),),
        why=because,
        help=f"fill in `{at.column}`, or take the row away",
    )


def idle_cell(at: Cell, entry: str) -> Diagnostic:
    """A word where it would mean nothing."""
    users = [word for word, (_, idle) in ENTRIES.items() if at.column not in idle]
    return Diagnostic(
        "idle-cell",
        f"`{at.column}` means nothing for {_a(entry)}, and here it is `{at.text}`",
        (Label(at),),
        why="It would be passed over in silence.",
        help=f"leave `{at.column}` blank; it is for {_or(_a(word) for word in users)}",
    )


def unknown_entry(at: Cell) -> Diagnostic:
    """A word that is no kind of entry."""
    return Diagnostic(
        "unknown-entry",
        f"`{at.text}` is not something that happens in an account",
        (Label(at),),
        why=f"An entry is one of: {', '.join(ENTRIES)}.",
        help=_meant(at.text or "", ENTRIES, "choose the one that says what happened to the credits"),
    )


def unknown_setting(at: Cell, known: Iterable[str]) -> Diagnostic:
    """A line about the ledger itself that nothing reads."""
    return Diagnostic(
        "unknown-setting",
        f"a ledger says nothing called `{at.text}` about itself",
        (Label(at),),
        why="What is not known would be passed over in silence.",
        help=_meant(at.text or "", known, f"it may say: {', '.join(known)}"),
    )


def two_spellings(at: Cell, first: str, row: Row) -> Diagnostic:
    """Two names that differ only in capitals or spaces."""
    return Diagnostic(
        "two-spellings",
        f"`{at.text}` is written `{first}` elsewhere in this ledger",
        (Label(at), Label(_at(row), f"first written `{first}`")),
        why="Names that differ only in capitals or spaces are easily one name, and would be kept apart.",
        help=f"write `{first}` in both places, or the other in both",
    )


# ------------------------------------------------------------------------------------------- accounts


def unknown_account(name: str, known: Iterable[str], at: Cell | None = None) -> Diagnostic:
    """A name that is no account's."""
    known = tuple(known)
    listed = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
    return Diagnostic(
        "unknown-account",
        f"no account is called `{name}`",
        (Label(at),) if at else (),
        why="Every account is declared in the sheet `accounts`, with the other names it goes by.",
        help=_meant(name, known, f"declare it in `accounts`; declared so far: {listed}" if known else "declare it"),
    )


def account_declared_twice(at: Cell, name: str, row: Row) -> Diagnostic:
    """One name for two accounts."""
    return Diagnostic(
        "account-declared-twice",
        f"`{at.text}` already names the account `{name}`",
        (Label(at), Label(_at(row), "declared first")),
        why="A name stands for one account, or an entry could not say whose it is. Capitals and spaces make "
        "no difference.",
        help="keep one row for each account and put its other names in `aliases`, separated by semicolons",
    )


# ---------------------------------------------------------------------------------------------- rows


def duplicate_row(at: Row, first: Row, what: str) -> Diagnostic:
    """Two rows that say the same thing, or two things at once."""
    return Diagnostic(
        "duplicate-row",
        f"{what} stands in this ledger twice",
        (Label(_at(at)), Label(_at(first), "the first one")),
        why="It is not clear which of the two counts, or whether both do.",
        help="take one away; a later value has a later date in `recorded`, and two events that are alike "
        "are told apart by `reference` or `note`",
    )


def transfer_to_itself(at: Cell) -> Diagnostic:
    """A transfer whose two sides are one account."""
    return Diagnostic(
        "transfer-to-itself",
        f"`{at.text}` cannot transfer credits to itself",
        (Label(at),),
        why="Both names stand for the same account.",
        help="name the account that received the credits in `counterparty`",
    )


def transfer_within_jurisdiction(at: Cell) -> Diagnostic:
    """A transfer to the jurisdiction in which the credits are already."""
    return Diagnostic(
        "transfer-within-jurisdiction",
        f"the credits are in `{at.text}` already",
        (Label(at),),
        why="`jurisdiction` is where the credits come from, and `to jurisdiction` where they go.",
        help="name the other jurisdiction, or leave `to jurisdiction` blank if the credits stay in this one",
    )


def transfer_of_more_than_held(entry: Entry, amount: Fraction, held: Fraction, lots: Sequence[Row]) -> Diagnostic:
    """A transfer of credits that were not there."""
    return _more_than_held("transfer-of-more-than-held", "transfers", entry, amount, held, lots)


def conversion_of_more_than_held(entry: Entry, amount: Fraction, held: Fraction, lots: Sequence[Row]) -> Diagnostic:
    """A conversion of credits that were not there."""
    return _more_than_held("conversion-of-more-than-held", "converts", entry, amount, held, lots)


def conversion_into_itself(at: Cell) -> Diagnostic:
    """A conversion whose two sides are one kind of credit."""
    return Diagnostic(
        "conversion-into-itself",
        f"credits of kind `{at.text}` cannot become credits of the same kind and unit",
        (Label(at),),
        why="`from kind` and `from unit` are of the credits that it takes, `kind` and `unit` of those that it makes.",
        help="name the credits that were given up in `from kind`, `from amount` and `from unit`",
    )


def correction_of_more_than_held(entry: Entry, amount: Fraction, held: Fraction, lots: Sequence[Row]) -> Diagnostic:
    """A correction that takes away credits that were not there."""
    return _more_than_held("correction-of-more-than-held", "corrects away", entry, amount, held, lots)


def _more_than_held(
    code: str, deed: str, entry: Entry, amount: Fraction, held: Fraction, lots: Sequence[Row]
) -> Diagnostic:
    had = f"held {display_number(held)} of them" if held else "held none"
    return Diagnostic(
        code,
        f"{entry.account} {deed} {_credits(amount, entry)} and {had} on {entry.date}",
        (
            Label(_at(entry.at), f"{entry.taken[2]}, {entry.jurisdiction}"),
            *(Label(_at(row), "part of what was held") for row in lots[:3]),
        ),
        why="Credits leave an account only after they have come into it: by an opening balance, an issue, a deposit, "
        "a conversion, a transfer or a correction dated that day or before.",
        help="check the amount, the date, and the kind, vintage and origin; or add the entry that brought the credits",
    )


def taken_before_it_was_known(
    entry: Entry, amount: Fraction, held: Fraction, day: date, later: Sequence[Entry]
) -> Diagnostic:
    """Credits that leave an account by a row recorded before the one that brought them."""
    deed = {"correction": "corrects away", "conversion": "converts"}.get(entry.what, "transfers")
    had = f"only {display_number(held)} of them" if held else "none of them"
    return Diagnostic(
        "taken-before-it-was-known",
        f"{entry.account} {deed} {_credits(amount, entry)} on {entry.date}, and by {day} {had} had been recorded",
        (
            Label(_at(entry.at), f"recorded on {entry.recorded}"),
            *(Label(_at(one.at), f"recorded on {one.recorded}") for one in later[:3]),
        ),
        why=f"What was known on {day} has credits leaving an account into which, by the rows recorded until then, "
        "they had not come.",
        help="correct the days in `recorded`, or ask for what was known on "
        f"{max((one.recorded for one in later), default=day)} or later",
    )


def _credits(amount: Fraction, entry: Entry) -> str:
    """How many of which credits an entry takes."""
    kind, _, _ = entry.taken
    if entry.what == "conversion":
        return f"{display_number(amount)} {kind}"
    vintage = f" of vintage {entry.vintage}" if entry.vintage else ""
    origin = f" of origin {entry.origin}" if entry.origin else ""
    return f"{display_number(amount)} {kind or ''}{vintage}{origin}"


# ---------------------------------------------------------------------------------- facts set on trial


def bad_setting(text: str, reason: str) -> Diagnostic:
    """A fact set on trial whose name cannot be read."""
    return Diagnostic(
        "bad-setting",
        f"`{text}` does not name a fact: {reason}",
        (Label(Cell("--set", 1, None, text)),),
        help="write `NAME=VALUE`, and after the name, where they are needed, `in JURISDICTION`, `of model year 2021`",
    )
