"""The parser and what it is made of: threads share it, its saved tables are fresh, every word has a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import lark
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark.lexer import BasicLexer

from zevrules.node import Node
from zevrules.shipped import grammar_folder
from zevrules.source import Source
from zevrules.syntax import _tables, tables
from zevrules.syntax.errors import RESERVED
from zevrules.syntax.parser import _Indentation, build_lark, parse
from zevrules.syntax.words import NAMES, WORDINGS, english, phrase

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "rulesets").rglob("*.zev"))
TEXTS = [path.read_text(encoding="utf-8") for path in SHIPPED]
GRAMMAR = (grammar_folder() / "zevrules.lark").read_text(encoding="utf-8")
TERMINALS = {
    entry["name"]: entry["pattern"] for entry in _tables.MEMO.values() if entry.get("__type__") == "TerminalDef"
}


def pattern(terminal: str) -> re.Pattern[str]:
    """What matches *terminal*."""
    written = TERMINALS[terminal]
    return re.compile(re.escape(written["value"]) if written["__type__"] == "PatternStr" else written["value"])


# ----------------------------------------------------------------------------------- the parser


def test_threads_share_the_parser() -> None:
    """Eight threads, twenty texts each: every tree is what one thread alone would make."""
    alone = [parse(Source("a.zev", text)) for text in TEXTS]

    def many(_: int) -> bool:
        return all([parse(Source("a.zev", text)) for text in TEXTS] == alone for _ in range(20 // len(TEXTS) + 1))

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(many, range(8)))


def test_the_saved_tables_are_fresh() -> None:
    """After a change to the grammar: ``python -m zevrules.syntax.tables``."""
    fresh: dict[str, Any] = {}
    exec(tables.tables_text(), fresh)

    assert fresh["LARK_VERSION"] == _tables.LARK_VERSION
    # Lark numbers rules, terminals and states as it comes upon them; the states follow from the other two.
    assert described(fresh["MEMO"]) == described(_tables.MEMO)


def described(memo: dict[int, Any]) -> list[str]:
    """The rules and terminals of saved tables, whatever their numbers."""
    return sorted(repr(entry) for entry in memo.values())


def nodes(value: Any) -> Iterator[Node]:
    """Every node of a tree."""
    if isinstance(value, Node):
        yield value
        for field in attrs.fields(type(value)):
            yield from nodes(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from nodes(part)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_piece_stands_somewhere(path: Path) -> None:
    """A node without a place would leave an error with nothing to point at."""
    source = Source.read(path)

    for node in nodes(parse(source)):
        if hasattr(node, "at"):
            first, last = node.at
            assert 0 <= first < last <= len(source.text), node


LINE_ENDS = {"Windows": "\r\n", "with a mark of byte order": "\n", "no end on the last line": "\n"}


@pytest.mark.parametrize("way", LINE_ENDS)
def test_editors_end_lines_in_their_own_way(way: str, tmp_path: Path) -> None:
    """The tree is the same, whichever editor wrote the file."""
    text = TEXTS[0].replace("\n", LINE_ENDS[way])
    text = text.rstrip("\n") if way.startswith("no") else text
    path = tmp_path / "a.zev"
    path.write_bytes(text.encode("utf-8-sig" if "mark" in way else "utf-8"))

    assert parse(Source.read(path, name="a.zev")).provisions == parse(Source("a.zev", TEXTS[0])).provisions


# ------------------------------------------------------------------------------------ the lexer


def tokens(lexer: Any, text: str) -> list[tuple[str, str, int, int]]:
    """What a lexer makes of *text*, up to the first character that it cannot read."""
    state = lark.lexer.LexerState.from_text(text) if hasattr(lark.lexer.LexerState, "from_text") else None
    state = state or lark.lexer.LexerState(lark.lexer.TextSlice(text, 0, len(text)), lark.lexer.LineCounter("\n"))
    made = []
    try:
        for token in lexer.lex(state, None):
            # Spaces before the end of a line belong to it or are left out: nobody can tell the difference.
            text = token.lstrip(" ") if token.type == "_NL" else str(token)
            made.append((token.type, text, token.end_pos - len(text), token.end_pos))
    except lark.exceptions.UnexpectedCharacters as fault:
        made.append(("unreadable", "", fault.pos_in_stream, fault.pos_in_stream))
    return made


QUICK = build_lark()
PLAIN = BasicLexer(QUICK.lexer_conf)
QUICK_LEXER = QUICK.parser.lexer.lexer if hasattr(QUICK.parser.lexer, "lexer") else QUICK.parser.lexer


@pytest.mark.parametrize("text", TEXTS, ids=[path.stem for path in SHIPPED])
def test_the_quick_lexer_reads_every_shipped_ruleset_as_larks_own_does(text: str) -> None:
    """It is only quicker."""
    assert tokens(QUICK_LEXER, text) == tokens(PLAIN, text)


PIECES = [line for text in TEXTS for line in text.splitlines() if line.strip()]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(' \nabmyof0123.,-%≤×§"#()', max_size=12)), max_size=6))
def test_the_quick_lexer_reads_anything_as_larks_own_does(pieces: list[str]) -> None:
    """Sense or nonsense, tokens and the place where reading stops are the same."""
    text = " ".join(pieces) + "\n"

    assert tokens(QUICK_LEXER, text) == tokens(PLAIN, text)


# ------------------------------------------------------------------------------------ the words


def test_reserved_words_are_those_of_the_grammar() -> None:
    """The list inside NAME and the list that the messages use."""
    listed = re.search(r"^NAME\.1: /\(\?:\(\?!\(\?:([^)]*)\)", GRAMMAR, re.MULTILINE)
    assert listed is not None
    words = listed.group(1).replace("expires?", "expire|expires").split("|")

    assert {word for word in words if " " not in word} == set(RESERVED)


@pytest.mark.parametrize("terminal", sorted(TERMINALS))
def test_each_terminal_has_an_english_name(terminal: str) -> None:
    """A fixed phrase is named by words that the terminal itself matches; the rest are named by hand."""
    words = phrase(terminal)
    if words is None:
        assert terminal in NAMES
    else:
        assert pattern(terminal).fullmatch(words), (terminal, words)
        assert words in english(terminal)


#: Terminals that are read only after certain words.
AFTER = {"MONTH": "closes on ", "UNIT": "5 ", "ROUNDING": "credit, "}


@pytest.mark.parametrize("terminal", sorted(WORDINGS))
def test_other_wordings_are_of_the_language_too(terminal: str) -> None:
    """What a message proposes can be written."""
    before = AFTER.get(terminal, "")
    for words in WORDINGS[terminal]:
        found = pattern(terminal).match(before + words, len(before))
        assert found, words
        assert found.group() == words


def test_no_name_outlives_its_terminal() -> None:
    """A name for a terminal that the grammar no longer has would be dead words."""
    assert {name for name in NAMES if name not in {"_INDENT", "_DEDENT", "$END"}} <= set(TERMINALS)


def test_the_grammar_leaves_nothing_to_chance() -> None:
    """Lark's strict mode refuses a grammar in which two readings compete and one is silently preferred."""
    strict = lark.Lark(GRAMMAR, parser="lalr", lexer="basic", postlex=_Indentation(), strict=True)

    assert {terminal.name for terminal in strict.terminals} >= {"NAME", "MAY_SATISFY"}


def test_a_list_may_end_without_and() -> None:
    """``A, B, highest first`` as well as ``A and B, highest first``."""
    with_and, without = (
        parse(Source("a.zev", f"§ 13 CCR 1 — Kinds\ngreen credits are A{joint} B, highest first\n"))
        for joint in (" and", ",")
    )

    assert with_and.provisions == without.provisions
