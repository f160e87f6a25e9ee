"""Generate the JSON Schemas of a determination, a comparison and a position from their shapes in `zevrules.report`.

    python tests/report/build_schema.py

writes them to docs/schema. The patterns of texts that hold
numbers, ids and days stand here, where msgspec may be imported.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import msgspec

from zevrules.report import comparison_records, position_records, records, shapes

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
#: For each file: the module of its shapes, the shape of a whole record, and what it is.
SCHEMAS: dict[str, tuple[Any, Any, str]] = {
    f"determination-{records.SCHEMA}.json": (shapes, shapes.Record, "A determination"),
    f"comparison-{comparison_records.SCHEMA}.json": (
        comparison_records,
        comparison_records.ComparisonRecord,
        "A comparison",
    ),
    f"position-{position_records.SCHEMA}.json": (position_records, position_records.PositionRecord, "A position"),
}

PATTERNS = {
    "Number": r"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9]|/[1-9][0-9]*)?$",
    "Ratio": r"^-?(0|[1-9][0-9]*)/[1-9][0-9]*$",
    "StepId": r"^s[1-9][0-9]*$",
    "LawId": r"^law[1-9][0-9]*$",
    "DayText": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}


def build(file: str) -> str:
    """The schema that stands in *file*."""
    module, record, title = SCHEMAS[file]
    made = _schema(module, record)
    if "trace" in made["$defs"][record.__name__]["properties"]:
        made["$defs"][record.__name__]["properties"]["trace"]["propertyNames"] = {"pattern": PATTERNS["StepId"]}
    for name, definition in made["$defs"].items():
        order = list((getattr(module, name, None) or getattr(shapes, name)).__annotations__)
        definition["properties"] = {key: definition["properties"][key] for key in order}
        definition["required"] = order
        definition["additionalProperties"] = False
    version = file.rpartition("-")[2].removesuffix(".json")
    opening = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": file,
        "title": f"{title} of Zevrules, version {version} of the shape",
    }
    return json.dumps(opening | made, indent=2, ensure_ascii=False) + "\n"


def _schema(module: Any, record: Any) -> dict[str, Any]:
    """What msgspec makes of a shape, the texts that hold numbers, ids and days with their patterns."""
    plain = {(at, name): getattr(at, name) for at in (shapes, module) for name in PATTERNS if hasattr(at, name)}
    try:
        for at, name in plain:
            setattr(at, name, Annotated[str, msgspec.Meta(pattern=PATTERNS[name])])
        made: dict[str, Any] = msgspec.json.schema(record)
    finally:
        for (at, name), annotation in plain.items():
            setattr(at, name, annotation)
    return made


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in SCHEMAS:
        (FOLDER / file).write_text(build(file), encoding="utf-8")
