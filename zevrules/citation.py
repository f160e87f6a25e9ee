"""Which words of law: citations of the codes that `grammar/citations.toml` describes.

A citation is read in any usual form, kept as its code, section and subdivisions, and written in one
house form. No code is named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property, total_ordering
from typing import Any

import attrs

from zevrules.shipped import grammar_folder

#: What a subdivision may be, by the sign that stands for it in `levels`, in words.
_KINDS = {
    "a": "a small letter",
    "A": "a capital letter",
    "1": "a number",
    "i": "a small roman numeral",
    "I": "a roman numeral",
}
_UNITS = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
_ROMAN = {tens + units: at for at, (tens, units) in enumerate((t, u) for t in ["", "x", "xx", "xxx"] for u in _UNITS)}

_WORD = re.compile(r"[ ,]*(§|[A-Za-z]+)\.? ?(?=\S)")
_PIECE = re.compile(r"[ ,]*\.? ?(?:\( ?(\w+|\?) ?\)|(\w+))\.?")
_SEVERAL = re.compile(r" ?(?:[,;&–—-]|and\b|or\b|to\b|through\b|et seq\b)")


class MalformedCitation(ValueError):  # noqa: N818 - the citation is malformed: that is the whole news
    """Words that cite no law: *what* is wrong with them, and *help*, the right form."""

    def __init__(self, what: str, help: str) -> None:
        self.what, self.help = what, help
        super().__init__(f"{what}; {help}")


@total_ordering
@attrs.frozen
class Citation:
    """A reference to one part of the law.

    Citations sort as they stand in the books: code by code, section 2 before section 10, roman
    numerals by value, and a section before its subdivisions.

    Args:
        code: The code of law, as `grammar/citations.toml` calls it.
        section: The section in the house form of its code.
        path: The subdivisions, outermost first, without punctuation but with the word of each that
            has one (``subp. 2``); one that nobody could read is ``?``.

    >>> citation = read_citation("§ 5 CCR 1001-24, Part C, V.C.2.a")
    >>> citation.section, citation.path
    ('5 CCR 1001-24', ('Part C', 'V', 'C', '2', 'a'))
    """

    code: str
    section: str
    path: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The house form: ``13 CCR 1962.2(b)(1)(A)``."""
        levels = code_of_law(self.code).levels
        return self.section + "".join(
            _form_of(piece, level)[0].write(piece) for piece, level in zip(self.path, levels, strict=False)
        )

    def __str__(self) -> str:
        return f"§ {self.text}"

    @property
    def uncertain(self) -> bool:
        """Whether a subdivision is one that nobody could read, written ``(?)``."""
        return any(piece.endswith("?") for piece in self.path)

    def covers(self, other: Citation) -> bool:
        """Whether *other* is this part of the law or stands within it.

        >>> read_citation("13 CCR 1962.2(b)").covers(read_citation("13 CCR 1962.2(b)(1)(A)"))
        True
        """
        return (self.code, self.section) == (other.code, other.section) and self.path == other.path[: len(self.path)]

    def __lt__(self, other: Citation) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[Any, ...]:
        code = code_of_law(self.code)
        pieces = tuple(_order(piece, level) for piece, level in zip(self.path, code.levels, strict=False))
        return self.code, _natural(self.section, decimal=code.decimal), pieces


def read_citation(text: str) -> Citation:
    """The citation written as *text*, with or without a section sign before it.

    Raises:
        MalformedCitation: If it cites no single part of a known code; a `ValueError`.

    >>> read_citation("Wash. Admin. Code § 173-423-075(1)(a)").text
    'WAC 173-423-075(1)(a)'
    >>> read_citation("WAC 173-423-070-080")  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    zevrules.citation.MalformedCitation: `WAC 173-423-070-080` cites several sections, or a range of them;
    cite each on a line of its own, as in `§ WAC 173-423-075(1)(a)`
    """
    words = " ".join(text.replace("\N{NON-BREAKING HYPHEN}", "-").split())
    bare = re.sub(r"^(?:§(?!§)|[Ss]ection ) ?", "", words)
    plain = _plain(bare)
    likely = [code for code in codes_of_law() if code.is_marked_in(plain)]
    furthest, refusal = -1, _unlike_any(words, likely) if "§§" in words else None
    for code in [] if refusal else likely or [code for code in codes_of_law() if not any(code.marks)]:
        for section, end in code.sections(bare):
            try:
                return Citation(code.id, section, _read_path(bare, end, code))
            except MalformedCitation as fault:
                if end > furthest:
                    furthest, refusal = end, fault
    raise refusal or _unlike_any(words, likely)


class CodeOfLaw:
    """How one code of law is cited: a table of `grammar/citations.toml`.

    Most codes are never cited in a run, so each value is worked out when it is first asked for.

    Args:
        id: What the table is called.
        table: Its values by their keys, each still as it is written in the file.
    """

    def __init__(self, id: str, table: dict[str, str]) -> None:
        self.id, self._table = id, table
        forms: list[str] = [self._value("form"), *self._value("also", "[]")]
        self.forms = forms
        self._patterns: dict[str, re.Pattern[str]] = {}
        #: The longest words of each form, which a citation in that form must hold. To look for them is
        #: far cheaper than to compile the patterns of every code.
        self.marks = [max(map(_plain, re.split(r"\{\w+\}", form)), key=len) for form in forms]

    def _value(self, key: str, otherwise: str = '""') -> Any:
        from ast import literal_eval  # strings and lists of strings are written alike in TOML and Python

        return literal_eval(self._table.get(key, otherwise))

    @property
    def name(self) -> str:
        """The code, in words."""
        return str(self._value("name"))

    @property
    def jurisdiction(self) -> str:
        """Whose law it is."""
        return str(self._value("jurisdiction"))

    @property
    def example(self) -> str:
        """A citation of it, in the house form."""
        return str(self._value("example"))

    @cached_property
    def decimal(self) -> bool:
        """Whether its sections are decimals, so that 5.11 stands before 5.2."""
        return bool(self._value("order") == "decimal")

    @cached_property
    def levels(self) -> tuple[tuple[Form, ...], ...]:
        """The ways in which each subdivision is written, outermost first."""
        levels = self._value("levels")
        return tuple(tuple(map(Form, [level] if isinstance(level, str) else level)) for level in levels)

    @cached_property
    def words(self) -> dict[str, str]:
        """The words that may stand before a subdivision, plain, and what each means: itself, another, or nothing."""
        words = {_plain(form.word): form.word for level in self.levels for form in level if form.word}
        return words | {_plain(word): meant for word, meant in self._inner("word")}

    @cached_property
    def _fields(self) -> dict[str, str]:
        return dict(self._inner("field"))

    def _inner(self, outer: str) -> Iterator[tuple[str, str]]:
        for key in self._table:
            if key.startswith(outer + "."):
                yield key[len(outer) + 1 :].strip('"'), self._value(key)

    def is_marked_in(self, plain: str) -> bool:
        """Whether words that mark this code stand in *plain* text, apart from other letters."""
        for mark in self.marks:
            at = plain.find(mark) if mark else -1
            if at >= 0 and not (plain[at - 1 : at].isalpha() or plain[at + len(mark) :][:1].isalpha()):
                return True
        return False

    def sections(self, text: str) -> Iterator[tuple[str, int]]:
        """Each way in which *text* begins with a section: the section in house form, and where it ends."""
        for form in self.forms:
            if form not in self._patterns:
                self._patterns[form] = _pattern(form, self._fields)
            found = self._patterns[form].match(text)
            if found:
                yield self.forms[0].format(**found.groupdict()), found.end()


class Form:
    """One way of writing a subdivision, given as ``(a)`` or ``, Part A`` in the table of its code.

    Attributes:
        word: The word that stands before it, if any.
        kind: The sign of what it may be: one of ``a A 1 i I``.
        comma: Whether a comma stands before it.
    """

    def __init__(self, spec: str) -> None:
        self.kind = spec.rstrip(")")[-1]
        before, _, after = spec.rpartition(self.kind)
        lead = before.rstrip("(")
        self.word = lead.strip(" .,") and lead.strip(" ,")
        self.comma = "," in before
        self._before, self._after, self._lead = before, after, lead

    def accepts(self, mark: str) -> bool:
        """Whether *mark* is of this kind, or unreadable."""
        if mark == "?":
            return True
        if self.kind in "iI":
            return mark.lower() in _ROMAN and mark == (mark.lower() if self.kind == "i" else mark.upper())
        if self.kind in "aA":
            right_case = mark.islower() if self.kind == "a" else mark.isupper()
            return mark.isascii() and mark.isalpha() and right_case and mark in (mark[0], mark[0] * 2)
        digits = _digits(mark) if self.word else mark  # a numbered word may end in a letter: subp. 2a
        return digits.isascii() and digits.isdigit() and digits[0] != "0" and len(digits) <= 3 >= len(mark)

    def piece(self, mark: str) -> str:
        """The subdivision *mark*, with the word before it."""
        return f"{self.word} {mark}" if self.word else mark

    def write(self, piece: str) -> str:
        """The subdivision *piece* with its punctuation."""
        mark = piece.rpartition(" ")[2]
        return f"{self._lead}(?)" if mark == "?" else f"{self._before}{mark}{self._after}"


def code_of_law(id: str) -> CodeOfLaw:
    """The code of law that is called *id*; `KeyError` if there is none."""
    return _codes()[id]


def codes_of_law() -> tuple[CodeOfLaw, ...]:
    """Every code that can be cited, in the order of the file."""
    return tuple(_codes().values())


@cache
def _codes() -> dict[str, CodeOfLaw]:
    text = (grammar_folder() / "citations.toml").read_text(encoding="utf-8")
    return {id: CodeOfLaw(id, table) for id, table in tables(text).items()}


def tables(text: str) -> dict[str, dict[str, str]]:
    """The tables of *text*, in as much of TOML as the file of codes uses: a key to a line, its value as written.

    The library for TOML takes 4 ms to import, more than all else done here. A test holds this to it.
    """
    found: dict[str, dict[str, str]] = {}
    table: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("["):
            table = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, table[key] = line.partition(" = ")
    return found


def _pattern(form: str, fields: dict[str, str]) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", form)
    for at, piece in enumerate(pieces):
        if at % 2:
            pieces[at] = rf"(?:(?:§|(?i:section|sec\.)) ?)?(?P<{piece}>{fields[piece]})"
        elif piece:
            words = re.escape(piece).replace(r"\.", r"\.?").replace(",", "").replace(r"\ ", ",? ")
            pieces[at] = f"(?i:{words})"
    return re.compile("".join(pieces) + r"(?!\w|\.[0-9])")


def _plain(text: str) -> str:
    """*text* in small letters, without the stops and commas that people write or leave out."""
    return text.lower().replace(".", "").replace(",", "").strip()


def _digits(mark: str) -> str:
    """*mark* without the one small letter that may end it."""
    return mark[:-1] if mark[-1].islower() else mark


def _read_path(text: str, at: int, code: CodeOfLaw) -> tuple[str, ...]:
    """The subdivisions of *code* written in *text* from *at* on."""
    path: list[str] = []
    end = len(text.rstrip(" ."))
    while at < end:
        level = code.levels[len(path)] if len(path) < len(code.levels) else ()
        word, start = "", at
        while (named := _WORD.match(text, at)) and (meant := code.words.get(named[1].lower())) is not None:
            word, at = meant or word, named.end()
        comma = text[at:].lstrip().startswith(",") and any(form.comma for form in level)
        if _SEVERAL.match(text, at) and not comma:
            raise _several(text, code)
        piece = _PIECE.match(text, at)
        if not piece:
            raise _left_over(text, start, code)
        mark = piece[1] or piece[2]
        form = next((form for form in level if form.word == word and form.accepts(mark)), None)
        if not form:
            raise _misplaced(text, text[start : piece.end()].strip(" ,."), level, code)
        path.append(form.piece(mark))
        at = piece.end()
    return tuple(path)


def _form_of(piece: str, level: tuple[Form, ...]) -> tuple[Form, int]:
    """The way in which *piece* is written, and its number among the ways of its *level*."""
    word, _, mark = piece.rpartition(" ")
    return next((form, n) for n, form in enumerate(level) if form.word == word and form.accepts(mark))


def _order(piece: str, level: tuple[Form, ...]) -> tuple[int, int, str]:
    """Where *piece* stands among its like: by the way it is written, then by value, the unreadable last."""
    form, number = _form_of(piece, level)
    mark = piece.rpartition(" ")[2]
    if mark == "?":
        return len(level), number, ""
    if form.kind in "iI":
        return number, _ROMAN[mark.lower()], ""
    if form.kind in "aA":
        return number, len(mark), mark
    return number, int(_digits(mark)), mark


def _natural(text: str, *, decimal: bool) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts numbers within *text* by value; those after a stop as decimals if *decimal*."""
    chunks = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple(
        (0, int(chunk), chunk) if chunk.isdigit() and not (decimal and before.endswith(".")) else (1, 0, chunk)
        for before, chunk in zip(["", *chunks], chunks, strict=False)
    )


# What can be wrong with a citation. Each says the right form, with an example of the code that was meant.


def _as_in(*codes: CodeOfLaw) -> str:
    return "as in " + " or ".join(f"`§ {code.example}`" for code in codes)


def _several(text: str, *codes: CodeOfLaw) -> MalformedCitation:
    return MalformedCitation(
        f"`{text}` cites several sections, or a range of them", f"cite each on a line of its own, {_as_in(*codes)}"
    )


def _left_over(text: str, at: int, code: CodeOfLaw) -> MalformedCitation:
    return MalformedCitation(
        f"`{text[at:].strip()}` in `{text}` is no subdivision", f"write the citation {_as_in(code)} ({code.name})"
    )


def _misplaced(text: str, piece: str, level: tuple[Form, ...], code: CodeOfLaw) -> MalformedCitation:
    if re.fullmatch(r"\((?:19|20)[0-9]{2}\)", piece):
        return MalformedCitation(
            f"`{text}` ends with the year of a book",
            f"leave the year out, {_as_in(code)}, and say when the text holds by `in force from`",
        )
    if not level:
        return MalformedCitation(
            f"`{text}` goes deeper than its code is divided", f"leave `{piece}` out, {_as_in(code)} ({code.name})"
        )
    wanted = [form.piece("…") if form.word else _KINDS[form.kind] for form in level]
    *some, last = [f"`{form}`" if "…" in form else form for form in wanted]
    return MalformedCitation(
        f"`{piece}` stands in `{text}` where {', '.join(some) + ' or ' if some else ''}{last} belongs",
        f"write the citation {_as_in(code)} ({code.name})",
    )


def _unlike_any(words: str, likely: list[CodeOfLaw]) -> MalformedCitation:
    from difflib import get_close_matches

    if "§§" in words:
        return _several(words, *(likely or codes_of_law()[:1]))
    if likely:
        names = " or the ".join(code.name for code in likely)
        return MalformedCitation(f"`{words}` is no citation of the {names}", f"write it {_as_in(*likely)}")
    if not words.strip("§ "):
        help = f"write it after the section sign, {_as_in(codes_of_law()[0])}"
        return MalformedCitation("the citation is missing", help)
    examples = {code.example: code for code in codes_of_law()}
    nearest = get_close_matches(words, examples, n=1, cutoff=0)[0]
    return MalformedCitation(
        f"`{words}` cites no code of law that is known here",
        f"the nearest form is `§ {nearest}` ({examples[nearest].name})",
    )
