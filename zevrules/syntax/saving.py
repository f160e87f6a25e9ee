"""The compact form of a parse table, and back.

Lark saves an action as a pair with a reference to its rule, five thousand small mappings to build at each
start. Here an action is one number: the state to go to, or below 0 the rule to reduce by.
"""

from __future__ import annotations

from typing import Any

from lark.parsers.lalr_analysis import IntParseTable, Reduce, Shift
from lark.parsers.lalr_parser import LALR_Parser, _Parser


def compact(table: dict[str, Any]) -> dict[str, Any]:
    """Lark's saved parse table with its actions as numbers."""
    names = table["tokens"]
    states = {
        state: {names[token]: -argument["@"] - 1 if kind else argument for token, (kind, argument) in actions.items()}
        for state, actions in table["states"].items()
    }
    return {"states": states, "start_states": table["start_states"], "end_states": table["end_states"]}


class SavedParser(LALR_Parser):
    """Lark's parser, made from the compact form."""

    @classmethod
    def deserialize(  # type: ignore[override]  # Lark gives its own method no types
        cls, data: dict[str, Any], memo: dict[int, Any], callbacks: Any, debug: bool = False
    ) -> SavedParser:
        """The parser whose tables *data* holds in compact form; its rules are in *memo*."""
        made = cls.__new__(cls)
        states = {
            state: {name: (Shift, n) if n >= 0 else (Reduce, memo[-n - 1]) for name, n in actions.items()}
            for state, actions in data["states"].items()
        }
        table: Any = IntParseTable(states, data["start_states"], data["end_states"])  # type: ignore[no-untyped-call]
        made._parse_table = table
        made.parser = _Parser(table, callbacks, debug)
        return made
