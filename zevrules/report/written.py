"""A record as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def as_json(record: Mapping[str, Any], indent: int | None) -> str:
    """*record* as JSON: the same gives the same text, to the byte; without *indent* on one line, with no spaces."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(record, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
