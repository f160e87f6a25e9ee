"""What can be wrong with the writing of a ruleset: one function for each fault, with its words."""

from __future__ import annotations

import unicodedata

from zevrules.diagnostic import Diagnostic, Label
from zevrules.source import Source, Span
from zevrules.syntax.words import listed

#: Words that hold a sentence together, with the list of `NAME` in the grammar (a test compares them).
RESERVED = (
    "a an the each above adds after left below may must of as and or by through is are over together option stay in on "
    "to toward from unless when until if with per plus for under cap chooses becomes earns expire expires instead here "
    "there rounded made none not open could at only met given"
).split()


#: A text with more is not rules; telling the rest would only keep the reader waiting.
MOST_MISTAKES = 100


def text_too_large(source: Source, most: int) -> Diagnostic:
    """A file larger than any ruleset."""
    return Diagnostic(
        "text-too-large",
        f"the file holds {len(source.text):,} characters, more than a ruleset may ({most:,})",
        (Label(Span(source, 0, 1)),),
        help="check that this is the file you meant; a ruleset may be several files in one folder",
    )


def too_many_mistakes(source: Source, most: int) -> Diagnostic:
    """A file in which hardly anything can be understood."""
    return Diagnostic(
        "too-many-mistakes",
        f"there are more than {most} mistakes; the first {most} are told",
        (Label(Span(source, 0, 1)),),
        help="mend these and try again; or check that this is the file you meant",
    )


def bounded(source: Source, found: list[Diagnostic]) -> list[Diagnostic]:
    """As many of the diagnostics of *source* as anybody would read at once."""
    return [too_many_mistakes(source, MOST_MISTAKES), *found[:MOST_MISTAKES]] if len(found) > MOST_MISTAKES else found


def tab(at: Span) -> Diagnostic:
    """A tab character."""
    return Diagnostic(
        "tab",
        "a tab stands here",
        (Label(at),),
        "A tab is as wide as each program likes, so the depth of a line would depend on who looks at it.",
        "use spaces; four for each step",
    )


def odd_space(at: Span, char: str) -> Diagnostic:
    """A space that is not the ordinary one."""
    return Diagnostic(
        "odd-space",
        f"a {_char_name(char)} (U+{ord(char):04X}) stands here, probably pasted from a PDF or a word processor",
        (Label(at),),
        help="use an ordinary space",
    )


def curly_quote(at: Span, char: str) -> Diagnostic:
    """A typographic quotation mark where a plain one belongs."""
    return Diagnostic(
        "curly-quote",
        f"a {_char_name(char)} ({char}) stands here, probably pasted from a PDF or a word processor",
        (Label(at),),
        help='put words between plain quotation marks: "…"',
    )


def direction_character(at: Span, char: str) -> Diagnostic:
    """An invisible character that changes the direction of writing."""
    return Diagnostic(
        "direction-character",
        f"an invisible character that turns the direction of writing (U+{ord(char):04X}) stands here",
        (Label(at),),
        "It can make a line look different from what it says, which no text of law may do.",
        "delete it; retyping the line is the surest way",
    )


def strange_character(at: Span, char: str) -> Diagnostic:
    """A character that no rule is written with."""
    shown = f"`{char}`, {_char_name(char)}" if char.isprintable() else "an invisible character"
    return Diagnostic(
        "strange-character",
        f"{shown} (U+{ord(char):04X}) is not a character that rules are written with",
        (Label(at),),
        help="names and words use the letters A to Z, digits, and ≤ ≥ × ÷ – — §; "
        "other letters may stand in quotation marks",
    )


def too_many_brackets(at: Span, most: int) -> Diagnostic:
    """Brackets nested deeper than a reader can follow."""
    return Diagnostic(
        "too-many-brackets",
        f"more than {most} brackets stand one inside another",
        (Label(at),),
        help="name parts of the formula: `NAME is …`",
    )


def formula_too_long(at: Span, most: int) -> Diagnostic:
    """A formula of more steps than a reader can follow."""
    return Diagnostic(
        "formula-too-long",
        f"more than {most} steps stand in one line",
        (Label(at),),
        help="name parts of the formula: `NAME is …`",
    )


def unfinished_quotation(at: Span) -> Diagnostic:
    """An opening quotation mark without its closing one."""
    return Diagnostic(
        "unfinished-quotation",
        "a quotation opens here and does not end on this line",
        (Label(at),),
        help='close it with "',
    )


def number_too_long(at: Span) -> Diagnostic:
    """A number of more digits than anything in law."""
    return Diagnostic(
        "number-too-long", "this number has more than 40 digits", (Label(at),), help="check what was pasted"
    )


def misplaced_comma(at: Span) -> Diagnostic:
    """A comma in a number that is not between groups of three digits."""
    plain = at.text.replace(",", "")
    whole, _, rest = at.text.rpartition(",")
    decimal = f" or {whole}.{rest}, whichever is meant" if "," not in whole else " if that is meant"
    return Diagnostic(
        "misplaced-comma",
        f"the commas of {at.text} do not stand between groups of three digits",
        (Label(at),),
        "Read one way it is a large number, read another a decimal.",
        f"write {int(plain):,}{decimal}",
    )


def not_a_whole_number(at: Span) -> Diagnostic:
    """A model year or a count that is not whole."""
    return Diagnostic(
        "not-a-whole-number",
        f"{at.text} stands where a whole number belongs",
        (Label(at),),
        help="model years and counts are written with digits only: 2023",
    )


def not_a_model_year(at: Span) -> Diagnostic:
    """A number that no model year has."""
    return Diagnostic(
        "not-a-model-year", f"{at.text} is not a model year", (Label(at),), help="write all four digits, as in 2023"
    )


def uneven_indentation(at: Span) -> Diagnostic:
    """A line that steps back to a depth no line above has."""
    return Diagnostic(
        "uneven-indentation",
        "this line is not as deep as any line that it could belong with",
        (Label(at),),
        help="start it exactly below the line it stands beside; clauses are four spaces in",
    )


def unexpected_indentation(at: Span) -> Diagnostic:
    """A line indented under something that takes no clauses there."""
    return Diagnostic(
        "unexpected-indentation",
        "this line is indented, but nothing above it takes clauses here",
        (Label(at),),
        help="start a statement at the margin, and its clauses four spaces in",
    )


def unexpected_words(at: Span, accepted: set[str], before: str, mend: str) -> Diagnostic:
    """Words that cannot follow what stands before them."""
    said = at.text.strip()
    first = said.split()[0].strip(",.") if said else ""
    if not mend and first in RESERVED and ("NAME" in accepted or before[-1:].isalnum()):
        return reserved_word(Span(at.source, at.start, at.start + len(first)), first, accepted)
    shown = f"`{said}`" if said else "the end of the line"
    help_text = mend or f"here could stand {listed(accepted)}"
    wrong = "is not understood" if mend.startswith("did you mean") else "cannot stand here"
    return Diagnostic("unexpected-words", f"{shown} {wrong}", (Label(at),), help=help_text)


def reserved_word(at: Span, word: str, accepted: set[str]) -> Diagnostic:
    """A word that holds sentences together, where it holds none, perhaps inside a name."""
    return Diagnostic(
        "reserved-word",
        f"`{word}` cannot stand here, nor be part of a name",
        (Label(at),),
        f"`{word}` is one of the words that hold sentences together; inside a name it could be read two ways.",
        f"if a name is meant, choose another word or join it with a hyphen; else here could stand {listed(accepted)}",
    )


def _char_name(char: str) -> str:
    return unicodedata.name(char, f"character {ord(char):#x}").lower()
