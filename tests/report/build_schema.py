"""Generate the JSON Schema of a determination from the shapes in `zevrules.report.shapes`.

    python tests/report/build_schema.py

writes docs/schema/determination-1.json. The patterns of texts that hold numbers, ids and days stand here,
where msgspec may be imported.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import msgspec

from zevrules.report import shapes
from zevrules.report.records import SCHEMA

WRITTEN = Path(__file__).parents[2] / "docs" / "schema" / f"determination-{SCHEMA}.json"

PATTERNS = {
    "Number": r"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9]|/[1-9][0-9]*)?$",
    "Ratio": r"^-?(0|[1-9][0-9]*)/[1-9][0-9]*$",
    "StepId": r"^s[1-9][0-9]*$",
    "LawId": r"^law[1-9][0-9]*$",
    "DayText": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}


def build() -> str:
    """The schema, as it stands in its file."""
    plain = {name: getattr(shapes, name) for name in PATTERNS}
    try:
        for name, pattern in PATTERNS.items():
            setattr(shapes, name, Annotated[str, msgspec.Meta(pattern=pattern)])
        made: dict[str, Any] = msgspec.json.schema(shapes.Record)
    finally:
        for name, annotation in plain.items():
            setattr(shapes, name, annotation)
    trace = made["$defs"]["Record"]["properties"]["trace"]
    trace["propertyNames"] = {"pattern": PATTERNS["StepId"]}
    for name, definition in made["$defs"].items():
        order = list(getattr(shapes, name).__annotations__)
        definition["properties"] = {key: definition["properties"][key] for key in order}
        definition["required"] = order
        definition["additionalProperties"] = False
    opening = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": WRITTEN.name,
        "title": f"A determination of Zevrules, version {SCHEMA} of the shape",
    }
    return json.dumps(opening | made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    WRITTEN.parent.mkdir(parents=True, exist_ok=True)
    WRITTEN.write_text(build(), encoding="utf-8")
