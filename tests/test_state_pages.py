"""A page for each state says all that its rulesets say: nothing is left out, and nothing is typed by hand."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from zevrules import load
from zevrules.library import shipped_names
from zevrules.shipped import rulesets_folder

ROOT = Path(__file__).resolve().parent.parent
STUBS = {path.stem: path for path in (ROOT / "docs" / "states").glob("*.md") if path.stem != "index"}


def _states() -> ModuleType:
    spec = spec_from_file_location("states", ROOT / "docs" / "_ext" / "states.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


states = _states()

# ----------------------------------------------------------------------------------- every page


def test_every_folder_of_rulesets_has_a_page_and_no_other_has():
    """Who ships a new state writes a page of that name, which holds a title and nothing else to read."""
    assert set(STUBS) == {name.partition("/")[0] for name in shipped_names()}


@pytest.mark.parametrize("folder", sorted(STUBS))
def test_a_page_is_named_for_its_jurisdiction(folder: str):
    title, *rest = STUBS[folder].read_text(encoding="utf-8").splitlines()
    places = {load(name).every()[-1].jurisdiction for name in shipped_names() if name.startswith(f"{folder}/")}

    assert {title} == {f"# {place}" for place in places}
    assert all(not line or line.startswith("<!--") for line in rest)


def test_the_rulesets_are_put_on_their_pages_alone():
    stub, listed, other = ["# A title\n"], ["# All\n"], ["# Errors\n"]
    folder = shipped_names()[0].partition("/")[0]

    states.draw(None, f"states/{folder}", stub)
    states.draw(None, "states/index", listed)
    states.draw(None, "errors", other)

    assert stub == ["# A title\n\n" + states.state(folder)]
    assert all(f"(#{states.slug(name)})" in listed[0] for name in shipped_names())
    assert other == ["# Errors\n"]


# ------------------------------------------------------------------------- all that a ruleset says


@pytest.mark.parametrize("name", shipped_names())
def test_every_line_of_a_ruleset_is_on_its_page(name: str):
    """Read from the files themselves, so that what the page forgets is not forgotten here too."""
    page = states.page(name)
    for path in (rulesets_folder() / name).glob("*.zev"):
        for line in _below_the_header(path.read_text(encoding="utf-8")):
            if line.startswith("§ "):
                assert f"\n#### {states.escaped(_in_house_form(line))}\n" in page
            elif remark := re.fullmatch(r'\s+(unverified|note) "(.+)"', line):
                assert f"* **{remark[1]}:** {states.escaped(remark[2])}\n" in page
            elif not re.match(r"    (also|replaces|adopted|in force|stayed|repealed|proposed) ", line):
                assert f"\n{line}\n" in page


def _below_the_header(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return lines[next(at for at, line in enumerate(lines) if line.startswith("§ ")) :] if "\n§ " in f"\n{text}" else []


def _in_house_form(line: str) -> str:
    from zevrules.citation import read_citation

    cited, _, title = line.partition(" — ")
    return f"{read_citation(cited)} — {title}"


@pytest.mark.parametrize("name", shipped_names())
def test_what_is_not_certain_is_listed(name: str):
    """Every reading, every law that is not encoded, every value left open, and every reason of doubt has its line."""
    page = states.page(name)
    told: dict[str, str] = dict(re.findall(r"\n### ([^\n]+)\n(.*?)(?=\n### |\Z)", page, re.DOTALL))
    for path in (rulesets_folder() / name).glob("*.zev"):
        text = path.read_text(encoding="utf-8")
        for mark, title in {
            "not encoded": "What is not encoded",
            "open": "What is left open",
            "unverified": "What is unverified, and why",
        }.items():
            for before, reason in re.findall(rf'(?m)^([^"#\n]*)\b{mark}(?: in [a-z]+)? "(.+?)"', text):
                # From when an amendment is in force is told where it stands.
                there = page if "in force" in before else told[title]
                assert states.escaped(reason) in there
        for question, readings in re.findall(r"(?m)^(?:the )?(\S.*) is read as (.+)$", text):
            words = re.split(r", | or ", readings)
            (line,) = re.findall(
                rf"(?m)^\* .*: the {question} is read as (.+?)\.(?: On it|$)", told["Questions of reading"]
            )
            assert re.split(r", | or ", line.replace("**", "").replace(" (by default)", "")) == words


@pytest.mark.parametrize("name", shipped_names())
def test_what_is_adopted_is_what_the_engine_takes_over(name: str):
    """A section is said to be taken over if and only if some text of the ruleset holds it."""
    engine = {
        (str(authority.citation), authority.title)
        for text in load(name).every()
        for authority in text.provisions
        if authority.adoptions
    }
    adopted = states.page(name).partition("\n### What is adopted\n")[2]
    rows = re.findall(r"(?m)^\| \[(.+)\]\(#[^)]+\) \| (.+) \| taken over\b.*\|$", adopted)

    assert {(states.escaped(citation), states.escaped(title)) for citation, title in engine} == set(rows)


# ------------------------------------------------------------------------------ an invented state

NORTHLAND = """\
# There is no Northland.
ruleset northland/zev
    title        "An illustration"
    jurisdiction Northland
    model years  2023 through 2025
    unverified "all of it is invented"

§ 13 CCR 9999(b) — Limits
    in force from 2022-01-01
    stayed from 2024-03-01 until 2025-01-01
    also § 13 CCR 9998
bonus may satisfy ≤20% of obligation    # until a court decides
the last use is read as never or sudden
    never by default
    note "a summary says *sudden*"
bonus expires at the end of model year 2024
    under reading sudden

§ 13 CCR 9999(a) — Requirement
    adopted 2021-06-15
    unverified "read in a copy"
    note "a paper calls it a target"
# The kinds come first.
ACC I credits are ZEV and bonus, highest first
fact volume in vehicles of each model year
    "cars | trucks"
each manufacturer must satisfy obligation
    of 10% × volume in credits
    rounded to 1 credit, down           § 13 CCR 9999(a)(1)
    unverified "the rounding is recalled"
ZEV may satisfy obligation

§ 13 CCR 9999(c) — Relief
    proposed "a draft of 2023"
not encoded "relief on terms that are not published"
    could lower obligation
    when volume is less than 100 vehicles
a deficit of obligation must be made up within open "no terms were found"

§ 13 CCR 9999(d) — Closing day
each model year closes on August 31 of the next year
"""

NORTHLANDS_PAGE = """\
(northland-zev)=
## An illustration

|  |  |
| --- | --- |
| ruleset | `northland/zev` |
| jurisdiction | Northland |
| model years | 2023 through 2025 |
| legal status | no dates for the whole; a section that has some says so |
| **unverified** | all of it is invented |

### What it says

| section | title | legal status | marked |
| --- | --- | --- | --- |
| [§ 13 CCR 9999(a)](#northland-zev-13-ccr-9999-a-requirement) | Requirement | adopted 2021-06-15 | unverified, note |
| [§ 13 CCR 9999(b)](#northland-zev-13-ccr-9999-b-limits)<br>also § 13 CCR 9998 | Limits | in force from 2022-01-01; **stayed** from 2024-03-01 until 2025-01-01 | note, question of reading |
| [§ 13 CCR 9999(c)](#northland-zev-13-ccr-9999-c-relief) | Relief | **proposed**, so not applied: “a draft of 2023” | not encoded, open |
| [§ 13 CCR 9999(d)](#northland-zev-13-ccr-9999-d-closing-day) | Closing day | – | – |

(northland-zev-13-ccr-9999-a-requirement)=
#### § 13 CCR 9999(a) — Requirement

adopted 2021-06-15

* **unverified:** read in a copy
* **note:** a paper calls it a target

```{code-block} zev
:class: law

ACC I credits are ZEV and bonus, highest first
fact volume in vehicles of each model year
    "cars | trucks"
```

```{code-block} zev
:class: law

each manufacturer must satisfy obligation
    of 10% × volume in credits
    rounded to 1 credit, down           § 13 CCR 9999(a)(1)
```

* **unverified:** the rounding is recalled

```{code-block} zev
:class: law

ZEV may satisfy obligation
```

(northland-zev-13-ccr-9999-b-limits)=
#### § 13 CCR 9999(b) — Limits

also § 13 CCR 9998; in force from 2022-01-01; **stayed** from 2024-03-01 until 2025-01-01

```{code-block} zev
:class: law

bonus may satisfy ≤20% of obligation    # until a court decides
```

```{code-block} zev
:class: law

the last use is read as never or sudden
    never by default
```

* **note:** a summary says \\*sudden\\*

```{code-block} zev
:class: law

bonus expires at the end of model year 2024
    under reading sudden
```

(northland-zev-13-ccr-9999-c-relief)=
#### § 13 CCR 9999(c) — Relief

**proposed**, so not applied: “a draft of 2023”

```{code-block} zev
:class: law

not encoded "relief on terms that are not published"
    could lower obligation
    when volume is less than 100 vehicles
a deficit of obligation must be made up within open "no terms were found"
```

(northland-zev-13-ccr-9999-d-closing-day)=
#### § 13 CCR 9999(d) — Closing day

```{code-block} zev
:class: law

each model year closes on August 31 of the next year
```

### Questions of reading

* [§ 13 CCR 9999(b)](#northland-zev-13-ccr-9999-b-limits) — Limits: the last use is read as **never** (by default) or **sudden**. On it turns what is said in [§ 13 CCR 9999(b)](#northland-zev-13-ccr-9999-b-limits).
  * **note:** a summary says \\*sudden\\*

### What is not encoded

* [§ 13 CCR 9999(c)](#northland-zev-13-ccr-9999-c-relief) — Relief: relief on terms that are not published. *It could lower obligation, when volume is less than 100 vehicles.*

### What is left open

* [§ 13 CCR 9999(c)](#northland-zev-13-ccr-9999-c-relief) — Relief: no terms were found

### What is unverified, and why

* The whole ruleset: all of it is invented
* [§ 13 CCR 9999(a)](#northland-zev-13-ccr-9999-a-requirement) — Requirement: read in a copy
* [§ 13 CCR 9999(a)](#northland-zev-13-ccr-9999-a-requirement) — Requirement, “each manufacturer must satisfy obligation”: the rounding is recalled

### What is adopted

Nothing.
"""  # noqa: E501 - a row of a table is one line

SOUTHLAND = """\
ruleset southland/zev
    title        "An adopter"
    jurisdiction Southland
    model years  2024 through 2025
    proposed "a paper of 2023"
    adopts northland/zev as in force on 2024-06-01, for model years 2024 through 2024
        under § 5 CCR 1001-24, Part C
        omits § 13 CCR 9999(c)
        unverified "the adopting words were not read"

§ 5 CCR 1001-24, Part C, V.C — Closing day
    in force from 2025-01-01
    replaces § 13 CCR 9999(d) — Closing day
each model year closes on September 30 of the next year
"""

SOUTHLANDS_PAGE = """\
(southland-zev)=
## An adopter

|  |  |
| --- | --- |
| ruleset | `southland/zev` |
| jurisdiction | Southland |
| model years | 2024 through 2025 |
| legal status | **proposed**: “a paper of 2023” |
| adopts | [`northland/zev`](#northland-zev), as in force on 2024-06-01, for model year 2024, under § 5 CCR 1001-24, Part C |
| **unverified** | the adopting words were not read |

### What it says

| section | title | legal status | marked |
| --- | --- | --- | --- |
| [§ 5 CCR 1001-24, Part C, V.C](#southland-zev-5-ccr-1001-24-part-c-v-c-closing-day) | Closing day | in force from 2025-01-01 | – |

(southland-zev-5-ccr-1001-24-part-c-v-c-closing-day)=
#### § 5 CCR 1001-24, Part C, V.C — Closing day

in force from 2025-01-01; in place of § 13 CCR 9999(d) — Closing day

```{code-block} zev
:class: law

each model year closes on September 30 of the next year
```

### What is not encoded

Nothing is marked as not encoded.

### What is unverified, and why

* The adoption of [`northland/zev`](#northland-zev), under § 5 CCR 1001-24, Part C: the adopting words were not read

### What is adopted

From [`northland/zev`](#northland-zev), An illustration:

| section | title | here |
| --- | --- | --- |
| [§ 13 CCR 9999(a)](#northland-zev-13-ccr-9999-a-requirement) | Requirement | taken over |
| [§ 13 CCR 9999(b)](#northland-zev-13-ccr-9999-b-limits) | Limits | not in force on 2024-06-01 |
| [§ 13 CCR 9999(c)](#northland-zev-13-ccr-9999-c-relief) | Relief | not in force on 2024-06-01 |
| [§ 13 CCR 9999(d)](#northland-zev-13-ccr-9999-d-closing-day) | Closing day | taken over; **replaced** by [§ 5 CCR 1001-24, Part C, V.C](#southland-zev-5-ccr-1001-24-part-c-v-c-closing-day) while that is in force |

What these sections leave out or have not verified is told where they are, and counts here as well.
"""  # noqa: E501


@pytest.mark.parametrize(("ruleset", "page"), [("northland/zev", NORTHLANDS_PAGE), ("southland/zev", SOUTHLANDS_PAGE)])
def test_the_page_of_an_invented_state(tmp_path: Path, ruleset: str, page: str):
    """A section that is stayed, one that is only proposed, and what an adopter makes of them; both rulesets sound."""
    for name, text in {"northland/zev": NORTHLAND, "southland/zev": SOUTHLAND}.items():
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "rules.zev").write_text(text, encoding="utf-8")

    assert load(str(tmp_path / ruleset)).every()
    assert states.page(str(tmp_path / ruleset)) == page
