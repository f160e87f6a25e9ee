"""The colours of rulesets on these pages: citations, words in quotation marks, numbers, and words of the language."""

from __future__ import annotations

from typing import Any

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, Text

from zevrules.syntax.errors import RESERVED

_HEADS = (
    "ruleset amendment title jurisdiction adopts follows omits also replaces adopted proposed stayed enjoined repealed "
    "disapproved enforced"
).split()
_MARKS = ["unverified", "note", "fact"]


class ZevLexer(RegexLexer):
    """Rough, for reading only: the parser alone knows what is well written."""

    name = "zev"
    aliases = ["zev"]
    tokens = {
        "root": [
            (r"^(§|section )[^\n]*", Generic.Heading),
            (r"§[^\n]*", Name.Label),
            (r"#[^\n]*", Comment),
            (r'"[^"\n]*"', String),
            (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", Number),
            (r"[0-9][0-9,.]*( ?%)?(?![A-Za-z-])", Number),
            (r"[≤≥<>=×÷*/+−]", Operator),
            (words((*RESERVED, *_HEADS, *_MARKS), prefix=r"(?<![\w-])", suffix=r"(?![\w-])"), Keyword),
            (r"[\w.&-]+", Text),
            (r"\s+|.", Text),
        ]
    }


def setup(app: Any) -> dict[str, bool]:
    """Let Sphinx colour the blocks marked ``zev``."""
    app.add_lexer("zev", ZevLexer)
    return {"parallel_read_safe": True}
