"""What can be wrong with the meaning of a ruleset: one function for each fault, with its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zevrules.diagnostic import Diagnostic, Label, nearest
from zevrules.quantity import Unit
from zevrules.source import Span
from zevrules.syntax.words import fixed_phrases


def unknown_name(at: Span, words: str, known: Iterable[str], wanted: str) -> Diagnostic:
    """A name that nothing declares, or that is not the kind of thing wanted here."""
    # Thousands of names are more than anybody can have meant one of, and take too long to compare.
    names = list(known)[:2000]
    near = nearest(words, names)
    whole, rest = _begins_with_name(words, names)
    slip = rest and nearest(rest, fixed_phrases())
    if near and not slip:
        help_text = f"did you mean `{near}`?"
    elif slip:
        help_text = f"`{whole}` is a name; did you mean `{slip}` after it?"
    elif rest:
        help_text = f"`{whole}` is a name, and then `{rest}` is not understood"
    elif names:
        help_text = f"declared here: {', '.join(names[:8])}{' …' if len(names) > 8 else ''}"
    else:
        help_text = f"nothing of that sort is declared in this ruleset; declare {wanted}"
    return Diagnostic(
        "unknown-name",
        f"`{words}` is not the name of {wanted}",
        (Label(at),),
        "Every name is declared once and used as written.",
        help_text,
    )


def _begins_with_name(words: str, names: Sequence[str]) -> tuple[str, str]:
    """The longest of *names* that *words* begin with, and the first words after it: a slip hides there."""
    whole = max((name for name in names if words.startswith(name + " ")), key=len, default="")
    return whole, " ".join(words[len(whole) :].split()[:2]) if whole else ""


def declared_twice(at: Span, words: str, first: Span) -> Diagnostic:
    """A name declared a second time."""
    return Diagnostic(
        "declared-twice",
        f"`{words}` is declared a second time",
        (Label(at), Label(first, "declared here")),
        "A name that meant two things would leave the reader to guess.",
        "choose another name, or if this takes the place of the first, say `replaces § …` under its provision",
    )


def overlapping_years(at: Span, words: str, first: Span, years: str) -> Diagnostic:
    """Two statements that both say what a thing is in the same model year."""
    return Diagnostic(
        "overlapping-years",
        f"`{words}` is said twice for {years}",
        (Label(at), Label(first, "already said here")),
        "Nothing says which of the two prevails.",
        "end the first where the second begins: `from model year …, … instead`, or `in model years … through …`",
    )


def table_gap(at: Span, words: str, years: str) -> Diagnostic:
    """A table that leaves out model years between its first and last."""
    return Diagnostic(
        "table-gap",
        f"the table of `{words}` has no row for {years}",
        (Label(at),),
        "A determination for that model year would have no value to use.",
        'add the row; if nobody knows its value, write `open "why"` in it',
    )


def window_out_of_order(at: Span) -> Diagnostic:
    """Prior model years of which one is named twice, or none at all."""
    return Diagnostic(
        "window-out-of-order",
        "a prior model year is named twice here, or as the 0th",
        (Label(at),),
        "Each model year of an average or a sum counts once; the 1st prior model year is the one before.",
        "as in `the 2nd, 3rd and 4th prior model years`",
    )


def years_out_of_order(at: Span, first: int, last: int) -> Diagnostic:
    """A range of model years that ends before it begins."""
    return Diagnostic(
        "years-out-of-order",
        f"{first} through {last} holds no model year",
        (Label(at),),
        help=f"write {last} through {first} if that is meant",
    )


def statement_without_authority(at: Span) -> Diagnostic:
    """A statement that stands under no provision."""
    return Diagnostic(
        "statement-without-authority",
        "this statement stands under no provision",
        (Label(at),),
        "Every number of a determination leads to a section of law; this one would lead nowhere.",
        "put the provision it comes from above it: `§ citation — title`",
    )


def malformed_citation(at: Span, message: str, help_text: str) -> Diagnostic:
    """A citation that no code of law could have."""
    return Diagnostic("malformed-citation", message, (Label(at),), help=help_text)


def percentage_without_base(at: Span, words: str, bases: Sequence[str], *, on_the_line: bool) -> Diagnostic:
    """A percentage that does not say what it is a percentage of."""
    base = bases[0] if bases else "NAME"
    below = "`of NAME of model years … through … together`"
    return Diagnostic(
        "percentage-without-base",
        f"{words} of what?",
        (Label(at),),
        "A share means nothing until its base is named: an obligation or a part of one, "
        "of one model year or of several together.",
        f"say it on the same line: `{words} of {base}`"
        if on_the_line
        else f"say it on a line below, four spaces in: `of {base}`; or for several model years {below}",
    )


def missing_percent(at: Span, words: str) -> Diagnostic:
    """A share written without its percent sign."""
    return Diagnostic(
        "missing-percent",
        f"{words} stands where a share belongs",
        (Label(at),),
        help=f"write {words}% if that is meant",
    )


def wrong_base(at: Span, words: str, why: str, help_text: str) -> Diagnostic:
    """A base of one model year where several together belong, or the other way round."""
    return Diagnostic("wrong-base", f"`{words}` cannot be the base here: {why}", (Label(at),), "", help_text)


def unit_mismatch(at: Span, found: Unit, wanted: Unit, why: str = "") -> Diagnostic:
    """Two quantities of different units where they must be alike."""
    if not found.powers:
        message = f"this is a plain number or share, and {wanted} belong here"
    elif not wanted.powers:
        message = f"this is counted in {found}, and a plain number or share belongs here"
    else:
        message = f"this is counted in {found}, and {wanted} belong here"
    return Diagnostic("unit-mismatch", message, (Label(at),), why, _same_unit(at.text, found, wanted))


def _same_unit(text: str, found: Unit, wanted: Unit) -> str:
    """How to come from one unit to another."""
    over = (found / wanted).powers
    if str(found) == "vehicles" and str(wanted) == "credits":
        return "add `in credits` if the law counts one credit for each vehicle"
    if wanted.powers and len(over) == 1 and over[0][1] == 1 and over[0][0] != "vehicle" and found.powers:
        return f"if a number in it is a rate, say so: `{wanted} per {Unit(over).words(one=True)}`"
    if not found.powers and text.replace(",", "").replace(".", "").isdigit():
        return f"write the unit after the number: `{text} {wanted}`"
    return f"give it in {wanted}" if wanted.powers else "divide it by something counted alike, or leave the unit out"


def rounding_to_nothing(at: Span) -> Diagnostic:
    """A rounding to whole numbers of nothing."""
    return Diagnostic(
        "rounding-to-nothing",
        "no number can be rounded to 0",
        (Label(at),),
        help="name the last place that is kept: `0.01 credit` for hundredths, `1 credit` for whole credits",
    )


def converted_for_nothing(at: Span) -> Diagnostic:
    """A ratio of conversion that gives new credits for no old ones."""
    return Diagnostic(
        "converted-for-nothing",
        "credits cannot be converted at 0 for 1",
        (Label(at),),
        why="The ratio says how many of the old credits are given up for 1 new one.",
        help="name that number: `at 4 for 1`",
    )


def misplaced_clause(at: Span, clause: str, sentence: str, allowed: Sequence[str]) -> Diagnostic:
    """A clause that says nothing of the statement it stands under."""
    return Diagnostic(
        "misplaced-clause",
        f"{clause} says nothing about {sentence}",
        (Label(at),),
        help=f"under it may stand: {', '.join(allowed)}",
    )


def repeated_clause(at: Span, clause: str, first: Span) -> Diagnostic:
    """The same clause twice under one statement."""
    return Diagnostic(
        "repeated-clause",
        f"{clause} stands twice under this statement",
        (Label(at), Label(first, "first here")),
        help="keep one of the two",
    )


def missing_clause(at: Span, sentence: str, clause: str) -> Diagnostic:
    """A statement that lacks what it cannot do without."""
    return Diagnostic(
        "missing-clause", f"{sentence} needs a line below it", (Label(at),), help=f"add, four spaces in: {clause}"
    )


def rest_not_last(at: Span) -> Diagnostic:
    """The rest of an obligation named anywhere but last, or not at all."""
    return Diagnostic(
        "rest-not-last",
        "the last part of an obligation, and only that, is `the rest`",
        (Label(at),),
        "Parts always add up to the obligation, so the last one is what the others leave.",
        "`made of FIRST, its size, and LAST, the rest`",
    )


def wrong_jurisdiction(at: Span, words: str, own: str) -> Diagnostic:
    """An option of a jurisdiction that this ruleset is not the law of."""
    return Diagnostic(
        "wrong-jurisdiction",
        f"`{words}` is not the jurisdiction of this ruleset",
        (Label(at),),
        f"The header says that this is the law of {own}; only its own options can be named here.",
        f"write `{own} option …`",
    )


def unknown_option(at: Span, option: int, known: Sequence[int]) -> Diagnostic:
    """An option that no statement offers."""
    offered = " or ".join(f"option {n}" for n in known)
    return Diagnostic(
        "unknown-option",
        f"nobody can choose option {option}",
        (Label(at),),
        help=f"offered: {offered}" if offered else "offer it: `each manufacturer chooses option 1 or option 2`",
    )


def circular_definition(at: Span, names: Sequence[str]) -> Diagnostic:
    """A quantity that is defined by itself."""
    return Diagnostic(
        "circular-definition",
        "`" + "` needs `".join(names) + "`",
        (Label(at),),
        "A quantity that needs itself has no value.",
        "define one of them by facts, or by another model year",
    )


def definitions_too_deep(at: Span, most: int) -> Diagnostic:
    """A chain of definitions longer than a reader can follow."""
    return Diagnostic(
        "definitions-too-deep",
        f"more than {most} definitions need one another in a row, from this one on",
        (Label(at),),
        "Nobody could follow a number through so many steps, and a determination has to show each.",
        "write some of them out in those that need them",
    )


def not_a_date(at: Span, words: str, mend: str = "a date is year-month-day: 2021-01-31") -> Diagnostic:
    """A day that no calendar has."""
    return Diagnostic("not-a-date", f"{words} is not a day of the calendar", (Label(at),), help=mend)


def not_a_yes_or_no(at: Span, words: str) -> Diagnostic:
    """A number where a condition needs a yes or no, or the reverse."""
    return Diagnostic(
        "not-a-yes-or-no",
        f"`{words}` is a number, and a condition needs a yes or no",
        (Label(at),),
        help=f"compare it: `{words} is at least …`",
    )


def not_a_number(at: Span, words: str) -> Diagnostic:
    """A yes or no where a number belongs."""
    return Diagnostic(
        "not-a-number",
        f"`{words}` is a yes or no, and a number belongs here",
        (Label(at),),
        help=f"use it in a condition: `when {words} is met`",
    )


def vehicle_fact_outside(at: Span, words: str) -> Diagnostic:
    """A fact of a vehicle used where no vehicle is spoken of."""
    return Diagnostic(
        "vehicle-fact-outside",
        f"`{words}` is a fact of each vehicle, and no vehicle is spoken of here",
        (Label(at),),
        help="use it under `each … earns …`",
    )


def place_needed(at: Span, words: str) -> Diagnostic:
    """A fact of each jurisdiction used without saying which."""
    return Diagnostic(
        "place-needed",
        f"`{words}` differs from jurisdiction to jurisdiction; where is it meant?",
        (Label(at),),
        help=f"`{words} here` is that of the jurisdiction whose law this is; or `{words} in NAME`",
    )


def place_not_wanted(at: Span, words: str) -> Diagnostic:
    """A place given for something that is the same everywhere."""
    return Diagnostic(
        "place-not-wanted",
        f"`{words}` has no place of its own",
        (Label(at),),
        help=f"write `{words}`, or declare the fact `in each jurisdiction`",
    )


def no_header(at: Span) -> Diagnostic:
    """Files of rules without a header."""
    return Diagnostic(
        "no-header",
        "no file of this folder opens a ruleset",
        (Label(at),),
        help="begin one file with `ruleset state/name`, and under it a title, a jurisdiction and the model years",
    )


def two_headers(at: Span, first: Span) -> Diagnostic:
    """Two headers in one ruleset."""
    return Diagnostic(
        "two-headers",
        "a second header in the same ruleset",
        (Label(at), Label(first, "the first")),
        help="keep one; a second ruleset needs a folder of its own",
    )


def missing_header_line(at: Span, what: str) -> Diagnostic:
    """A header without one of its three lines."""
    form = {"title": 'title "…"', "jurisdiction": "jurisdiction NAME"}.get(what, "model years 2023 through 2025")
    return Diagnostic(
        "missing-header-line",
        f"the header does not say the {what}",
        (Label(at),),
        help=f"add below it, four spaces in: `{form}`",
    )


def unknown_ruleset(at: Span | None, name: str, known: Iterable[str]) -> Diagnostic:
    """A ruleset that is neither shipped nor in the author's folder."""
    names = sorted(known)
    near = nearest(name, names)
    return Diagnostic(
        "unknown-ruleset",
        f"there is no ruleset `{name}`",
        (Label(at),) if at else (),
        help=f"did you mean `{near}`?" if near else f"shipped: {', '.join(names)}; or give the path of a folder",
    )


def circular_adoption(at: Span, chain: Sequence[str]) -> Diagnostic:
    """A ruleset that adopts itself, perhaps through others."""
    return Diagnostic(
        "circular-adoption",
        " adopts ".join(f"`{name}`" for name in chain),
        (Label(at),),
        "The text of neither could ever be told.",
        "let one of them stand on its own",
    )


def nothing_to_omit(at: Span, citation: str, ruleset: str, verb: str, known: Iterable[str]) -> Diagnostic:
    """An omission or replacement of a provision that the adopted ruleset does not have."""
    names = list(known)
    near = nearest(citation, names)
    return Diagnostic(
        "nothing-to-omit",
        f"{ruleset} has no provision {citation} to {verb}",
        (Label(at),),
        help=f"did you mean {near}?" if near else "see `zevrules rules` for the provisions it has",
    )


def two_amendments(at: Span, name: str, first: Span) -> Diagnostic:
    """Two amendments of one name."""
    return Diagnostic(
        "two-amendments",
        f"a second amendment is called “{name}”",
        (Label(at), Label(first, "the first")),
        "A text is chosen by the name of its amendment, and this name would mean two.",
        "choose another name; or put the provisions of both below one `amendment`",
    )


def amendment_called_original(at: Span) -> Diagnostic:
    """An amendment with the name that means no amendment."""
    return Diagnostic(
        "amendment-called-original",
        "an amendment cannot be called “original”",
        (Label(at),),
        "`--text original` asks for the text without any amendment.",
        'name it for what makes it, as in `amendment "2024 amendments"`',
    )


def amendment_without_day(at: Span, name: str) -> Diagnostic:
    """An amendment that does not say when it comes into force."""
    return Diagnostic(
        "amendment-without-day",
        f"nothing says from when the amendment “{name}” is in force",
        (Label(at),),
        "It changes what stands before it, and a reader could not tell on which days.",
        'say it below: `in force from 2024-11-22`, `in force from open "why nobody knows"`, or `proposed "by whom"`',
    )


def unknown_amendment(at: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """An amendment that there is not."""
    names = list(known)
    near = nearest(name, names)
    listed = f"there are: {', '.join(names)}" if names else "there are no amendments"
    return Diagnostic(
        "unknown-amendment",
        f"no amendment is called “{name}”",
        (Label(at),),
        help=f"did you mean “{near}”?" if near else listed,
    )


def circular_amendments(at: Span, chain: Sequence[str]) -> Diagnostic:
    """An amendment that follows itself, perhaps through others."""
    return Diagnostic(
        "circular-amendments",
        " follows ".join(f"“{name}”" for name in chain),
        (Label(at),),
        "None of them could be the first to be applied.",
        "leave out the `follows` of the one that comes first",
    )


def amendments_in_no_order(at: Span, name: str, other: Span, others: str, citation: str) -> Diagnostic:
    """Two amendments of one day that change the same words."""
    return Diagnostic(
        "amendments-in-no-order",
        f"“{name}” and “{others}” come into force on one day, and both change {citation}",
        (Label(at), Label(other, "the other")),
        "Which of them comes last decides what the provision says, and nothing tells.",
        f'say under the one that comes last which it `follows`, as in `follows "{others}"`',
    )


def no_credits(at: Span) -> Diagnostic:
    """A ruleset that uses credits and never says what kinds there are."""
    return Diagnostic(
        "no-credits",
        "no statement says what kinds of credit there are",
        (Label(at),),
        help="`NAME credits are FIRST, SECOND and THIRD, highest first`",
    )


def no_closing(at: Span) -> Diagnostic:
    """A ruleset with an obligation and no closing day."""
    return Diagnostic(
        "no-closing",
        "no statement says on which day a model year closes",
        (Label(at),),
        "Credits are used as they stand in the account on that day.",
        "`each model year closes on August 31 of the next year`",
    )


def percent_over_all(at: Span, words: str) -> Diagnostic:
    """A share of more than the whole."""
    return Diagnostic(
        "percent-over-all", f"{words} is more than all of it", (Label(at),), help="a share is at most 100%"
    )


def bands_out_of_order(at: Span, words: str) -> Diagnostic:
    """Bands of size that do not rise."""
    return Diagnostic(
        "bands-out-of-order",
        f"the band of `{words}` does not lie above the one before it",
        (Label(at),),
        help="write the bands from the smallest up, the last as `NAME above that`",
    )


def not_text(at: Span, name: str) -> Diagnostic:
    """A file that is not text."""
    return Diagnostic("not-text", f"{name} is not a text file", (Label(at),), help="save it as plain text (UTF-8)")


def unreadable_file(at: Span, name: str, why: str) -> Diagnostic:
    """A file that the system does not let us read."""
    return Diagnostic("unreadable-file", f"{name} cannot be read: {why}", (Label(at),))


def more_years_than_named(at: Span, count: int, first: int, last: int) -> Diagnostic:
    """A condition that must hold in more model years than are named, or in none."""
    years = last - first + 1
    return Diagnostic(
        "more-years-than-named",
        f"model years {first} through {last} are {years}, and the condition cannot hold in {count} of them",
        (Label(at),),
        help=f"name a number from 1 to {years}",
    )


def row_of_another_table(at: Span, by: str, wanted: str) -> Diagnostic:
    """A row by model year in a table by vehicle, or the other way round."""
    return Diagnostic(
        "row-of-another-table",
        f"this row does not belong in a table {by}",
        (Label(at),),
        help=f"a row of a table {by} is written {wanted}",
    )


def vehicle_said_twice(at: Span, vehicle: str, first: Span) -> Diagnostic:
    """A vehicle that stands in two rows of a table, by itself or in a group."""
    return Diagnostic(
        "vehicle-said-twice",
        f"`{vehicle}` has a value already",
        (Label(at), Label(first, "in this row")),
        "Nothing says which of the two prevails.",
        "name each vehicle in one row only; a group stands for all of its vehicles",
    )


def group_in_a_group(at: Span, name: str) -> Diagnostic:
    """A group of vehicles that is named as a vehicle of another group."""
    return Diagnostic(
        "group-in-a-group",
        f"`{name}` is a group of vehicles itself",
        (Label(at),),
        help="name the vehicles of both groups one by one",
    )


def step_out_of_order(at: Span, number: int, wanted: int) -> Diagnostic:
    """A step of an order of use whose number is not the next."""
    return Diagnostic(
        "step-out-of-order",
        f"this is step {wanted} of the order, and its number is {number}",
        (Label(at),),
        help="number the steps 1st, 2nd, 3rd … in the order in which credits are used",
    )
