"""Citations: every usual form is read, one form is written, and a slip is told with the right form."""

from __future__ import annotations

import tomllib
from ast import literal_eval

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zevrules.citation import Citation, CodeOfLaw, MalformedCitation, codes_of_law, read_citation, tables
from zevrules.shipped import grammar_folder

FILE = grammar_folder() / "citations.toml"

# What a person may write                                   | the house form (the same, where it is empty)
READ = """
13 CCR 1962.2(b)(1)(A)                                      |
13 CCR 1900(b)(8)                                           |
13 CCR 1962.2(c)(3)(A)1                                     |
13 CCR 1962.2(d)(5)(E)3.a                                   |
13 CCR 1962.4(e)(?)                                         |
17 CCR 95663(d)                                             |
13 CCR § 1962.2(d)(5)(E)3.a.                                | 13 CCR 1962.2(d)(5)(E)3.a
13 CCR 1962.2 (d)(5)(A)(1)(a)                               | 13 CCR 1962.2(d)(5)(A)1.a
§13 CCR 1962.2(b)                                           | 13 CCR 1962.2(b)
section 13 CCR 1962.2(b)                                    | 13 CCR 1962.2(b)
Cal. Code Regs. tit. 13, § 1962.2(b)                        | 13 CCR 1962.2(b)
Cal. Code Regs., tit. 13, § 1962.2(b)                       | 13 CCR 1962.2(b)
title 13, California Code of Regulations, section 1962.4(c) | 13 CCR 1962.4(c)
Title 13 California Code of Regulations § 1962.4(c)         | 13 CCR 1962.4(c)
H&SC 43211                                                  |
HSC 43211                                                   | H&SC 43211
Health & Safety Code 43211                                  | H&SC 43211
Health and Safety Code section 43018.5(b)(1)                | H&SC 43018.5(b)(1)
5 CCR 1001-24, Part C, V.C.2.a                              |
5 CCR 1001-24, Part A, II.E                                 |
5 CCR 1001-24, Part D                                       |
5 CCR 1001-24, Part D, V.A.3.b.(i).(A)                      |
5 CCR 1001-24, Part D, V.(?)                                |
5 CCR 1001-24 part D, section V.C.2(a)                      | 5 CCR 1001-24, Part D, V.C.2.a
WAC 173-423-075(1)(a)                                       |
Wash. Admin. Code § 173-423-075                             | WAC 173-423-075
chapter 173-423 WAC                                         |
WAC chapter 173-423                                         | chapter 173-423 WAC
RCW 82.17.010(4)                                            |
RCW 70A.30.010                                              |
NAC 445B.810                                                |
Nev. Admin. Code § 445B.810(1)(a)                           | NAC 445B.810(1)(a)
LCB file R093-20, sec. 34.3                                 |
LCB File No. R093-20, § 34.3                                | LCB file R093-20, sec. 34.3
LCB file R093-20, section 34(3)                             | LCB file R093-20, sec. 34.3
NRS 445B.210                                                |
Minn. R. 7023.0300, subp. 2.A                               |
Minn. R. 7023.0300, subp. (?)                               |
Minn. R. 7023.0150 subp. 3                                  | Minn. R. 7023.0150, subp. 3
Minn. R. 7023.0300, subpart 2a, item A(1)                   | Minn. R. 7023.0300, subp. 2a.A(1)
Va. Code 10.1-1307.05                                       |
Va. Code Ann. § 10.1-1307.05(A)                             | Va. Code 10.1-1307.05(A)
9VAC5-95-40(A)                                              |
9VAC5-95-40.A                                               | 9VAC5-95-40(A)
9 VAC 5-95-40 A 1 a                                         | 9VAC5-95-40(A)(1)(a)
2021 Va. Acts Sp. Sess. I, ch. 263, cl. 5                   |
2021 Va. Acts ch. 10, enactment clause 2                    | 2021 Va. Acts, ch. 10, cl. 2
310 CMR 7.40(1)(b)                                          |
310 Code of Massachusetts Regulations § 7.40(1)             | 310 CMR 7.40(1)
310 CMR 7.40(1)(b)2.                                        | 310 CMR 7.40(1)(b)2
20.2.91.108 NMAC                                            |
NMAC 20.11.104.108                                          | 20.11.104.108 NMAC
§ 20.2.91.119 NMAC                                          | 20.2.91.119 NMAC
N.J.A.C. 7:27A-3.10(m)31                                    |
NJAC 7:27-31                                                | N.J.A.C. 7:27-31
N.J. Admin. Code § 7:27-31.3(a)                             | N.J.A.C. 7:27-31.3(a)
42 USC 7507(1)                                              |
42 U.S.C. § 7521(a)(3)(B)                                   | 42 USC 7521(a)(3)(B)
40 CFR 86.1803-01(a)                                        |
40 C.F.R. § 600.116-12                                      | 40 CFR 600.116-12
88 FR 88908                                                 |
88 Fed. Reg. 88908                                          | 88 FR 88908
GB/MIIT order 44 of 2017, art. 5                            |
GB/MIIT notice 378 of 2023, annex 2                         |
Ecology 2022, Table 6                                       |
Ecology 2022, App. A                                        | Ecology 2022, Appendix A
Ecology 2022, footnote 5                                    | Ecology 2022, fn. 5
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in READ.strip().splitlines()]


@pytest.mark.parametrize(("written", "house"), ROWS)
def test_every_usual_form_is_read_and_one_is_written(written: str, house: str) -> None:
    citation = read_citation(written)

    assert citation.text == (house or written)
    assert str(citation) == f"§ {citation.text}"
    assert read_citation(str(citation)) == citation
    assert citation.uncertain == ("(?)" in written)


MALFORMED = {
    "WAC 173-423-070-080": "`WAC 173-423-070-080` cites several sections, or a range of them; "
    "cite each on a line of its own, as in `§ WAC 173-423-075(1)(a)`",
    "RCW 82.17.010-.050": "`RCW 82.17.010-.050` cites several sections, or a range of them; "
    "cite each on a line of its own, as in `§ RCW 82.17.010(4)`",
    "9VAC5-95-10 and 40": "`9VAC5-95-10 and 40` cites several sections, or a range of them; "
    "cite each on a line of its own, as in `§ 9VAC5-95-40(A)`",
    "13 CCR 1962.2(a), (b)": "`13 CCR 1962.2(a), (b)` cites several sections, or a range of them; "
    "cite each on a line of its own, as in `§ 13 CCR 1962.2(b)(1)(A)`",
    "13 CCR 1962.2(b)–(d)": "`13 CCR 1962.2(b)–(d)` cites several sections, or a range of them; "
    "cite each on a line of its own, as in `§ 13 CCR 1962.2(b)(1)(A)`",
    "RCW §§ 82.17.010": "`RCW §§ 82.17.010` cites several sections, or a range of them; "
    "cite each on a line of its own, as in `§ RCW 82.17.010(4)`",
    "CCR 1962.2": "`CCR 1962.2` is no citation of the California Code of Regulations or the Code of Colorado "
    "Regulations; write it as in `§ 13 CCR 1962.2(b)(1)(A)` or `§ 5 CCR 1001-24, Part C, V.C.2.a`",
    "40 CFR 86": "`40 CFR 86` is no citation of the Code of Federal Regulations; write it as in "
    "`§ 40 CFR 86.1803-01(a)`",
    "13 CCR 1962.2(B)": "`(B)` stands in `13 CCR 1962.2(B)` where a small letter belongs; "
    "write the citation as in `§ 13 CCR 1962.2(b)(1)(A)` (California Code of Regulations)",
    "5 CCR 1001-24, Part C, IIII": "`IIII` stands in `5 CCR 1001-24, Part C, IIII` where a roman numeral belongs; "
    "write the citation as in `§ 5 CCR 1001-24, Part C, V.C.2.a` (Code of Colorado Regulations)",
    "5 CCR 1001-24, C, V": "`C` stands in `5 CCR 1001-24, C, V` where `Part …` belongs; "
    "write the citation as in `§ 5 CCR 1001-24, Part C, V.C.2.a` (Code of Colorado Regulations)",
    "Ecology 2022, Tabel 6": "`Tabel` stands in `Ecology 2022, Tabel 6` where `Table …`, `Option …`, `Appendix …`, "
    "`fn. …`, `p. …` or `Figure …` belongs; write the citation as in `§ Ecology 2022, Table 6` (published papers)",
    "13 CCR 1962.2(b": "`(b` in `13 CCR 1962.2(b` is no subdivision; write the citation as in "
    "`§ 13 CCR 1962.2(b)(1)(A)` (California Code of Regulations)",
    "88 FR 88908(a)": "`88 FR 88908(a)` goes deeper than its code is divided; leave `(a)` out, as in "
    "`§ 88 FR 88908` (Federal Register)",
    "WAC 173-423-075 (2023)": "`WAC 173-423-075 (2023)` ends with the year of a book; leave the year out, as in "
    "`§ WAC 173-423-075(1)(a)`, and say when the text holds by `in force from`",
    "CRC 1962.2": "`CRC 1962.2` cites no code of law that is known here; the nearest form is "
    "`§ 13 CCR 1962.2(b)(1)(A)` (California Code of Regulations)",
    "": "the citation is missing; write it after the section sign, as in `§ 13 CCR 1962.2(b)(1)(A)`",
}


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_citation_is_told_with_the_right_form(text: str) -> None:
    with pytest.raises(MalformedCitation) as fault:
        read_citation(text)

    assert str(fault.value) == MALFORMED[text]


IN_ORDER = """
13 CCR 1900(b)(8)
13 CCR 1962.2
13 CCR 1962.2(b)
13 CCR 1962.2(b)(1)
13 CCR 1962.2(b)(1)(A)
13 CCR 1962.2(b)(2)
13 CCR 1962.2(b)(10)
13 CCR 1962.2(z)
13 CCR 1962.2(aa)
13 CCR 1962.2(?)
13 CCR 1962.10
17 CCR 95663(d)
5 CCR 1001-24
5 CCR 1001-24, Part A, II.E
5 CCR 1001-24, Part C, IV
5 CCR 1001-24, Part C, V
5 CCR 1001-24, Part C, IX
5 CCR 1001-24, Part D
NAC 445B.22017
NAC 445B.221
NAC 445B.810
Ecology 2022, Table 6
Ecology 2022, Table 10
Ecology 2022, Appendix A
Ecology 2022, fn. 5
""".split("\n")[1:-1]


def test_citations_sort_as_they_stand_in_the_books() -> None:
    citations = [read_citation(text) for text in IN_ORDER]
    codes = sorted({citation.code for citation in citations})
    expected = [text for code in codes for text, c in zip(IN_ORDER, citations, strict=True) if c.code == code]

    citations.reverse()
    assert [c.text for c in sorted(citations)] == expected


@pytest.mark.parametrize(
    ("outer", "inner", "covered"),
    [
        ("13 CCR 1962.2", "13 CCR 1962.2(b)(1)(A)", True),
        ("13 CCR 1962.2(b)", "13 CCR 1962.2(b)", True),
        ("13 CCR 1962.2(b)(1)(A)", "13 CCR 1962.2(b)", False),
        ("13 CCR 1962.2(b)", "13 CCR 1962.4(b)(1)", False),
        ("13 CCR 1962.2(b)(1)", "13 CCR 1962.2(b)(10)", False),
        ("5 CCR 1001-24, Part C", "5 CCR 1001-24, Part C, V.B", True),
    ],
)
def test_a_citation_covers_what_stands_within_it(outer: str, inner: str, covered: bool) -> None:
    assert read_citation(outer).covers(read_citation(inner)) is covered


# ------------------------------------------------------------------------------- for every code at once

MARKS = {
    "a": ["a", "b", "i", "z", "aa"],
    "A": ["A", "C", "V", "BB"],
    "1": ["1", "2", "10", "101"],
    "i": ["i", "iv", "ix", "xxi"],
    "I": ["I", "II", "V", "XIX"],
}


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """A citation of any code, at any depth: its section by the patterns of its fields."""
    code: CodeOfLaw = draw(st.sampled_from(codes_of_law()))
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))[code.id]
    fields = {name: draw(st.from_regex(pattern, fullmatch=True)) for name, pattern in table["field"].items()}
    forms = [draw(st.sampled_from(level)) for level in code.levels[: draw(st.integers(0, len(code.levels)))]]
    path = [form.piece(draw(st.sampled_from([*MARKS[form.kind], "?"]))) for form in forms]
    return Citation(code.id, table["form"].format(**fields), tuple(path))


def alike(one: Citation, other: Citation) -> bool:
    """Whether the two are written alike; an unreadable letter does not tell which of two forms it had."""
    return (one.code, one.text) == (other.code, other.text)


@given(citations())
def test_what_is_written_is_read_back(citation: Citation) -> None:
    """Every code can be told from every other, and its house form holds all that there is."""
    back = read_citation(citation.text)

    assert alike(back, citation)
    assert back.path == citation.path
    assert alike(read_citation(f"§ {citation.text} "), citation)


@given(st.lists(citations(), max_size=6), st.randoms())
def test_order_does_not_depend_on_where_one_begins(some: list[Citation], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(some, len(some))

    assert sorted(shuffled) == sorted(some)


@given(citations(), citations())
def test_a_citation_stands_before_what_it_covers(one: Citation, other: Citation) -> None:
    outer = Citation(one.code, one.section, one.path[:1])

    assert outer.covers(one)
    assert outer <= one
    assert (one < other) + (other < one) + (one == other) == 1


@given(st.text(max_size=40))
def test_whatever_is_no_citation_is_told_so(text: str) -> None:
    """Reading ends in a citation that can be written, or in the one error, never in another."""
    try:
        citation = read_citation(text)
    except MalformedCitation as fault:
        assert fault.what and "`§ " in fault.help
    else:
        assert read_citation(citation.text) == citation


@given(citations(), st.text(alphabet="§()-–.,;?1aAiI VPart", max_size=6))
def test_a_slip_after_a_citation_never_breaks_the_reader(citation: Citation, tail: str) -> None:
    try:
        read = read_citation(citation.text + tail)
    except MalformedCitation as fault:
        assert "`§ " in fault.help
    else:
        assert read_citation(read.text) == read


# ---------------------------------------------------------------------------------- the file of codes


def test_the_reader_of_the_file_agrees_with_the_library() -> None:
    text = FILE.read_text(encoding="utf-8")
    ours = {}
    for id, table in tables(text).items():
        ours[id] = nested = {}
        for key, value in table.items():
            outer, _, inner = key.partition(".")
            if inner:
                nested.setdefault(outer, {})[inner.strip('"')] = literal_eval(value)
            else:
                nested[key] = literal_eval(value)

    assert ours == tomllib.loads(text)


@pytest.mark.parametrize("code", codes_of_law(), ids=lambda code: code.id)
def test_each_code_has_an_example_in_its_own_house_form(code: CodeOfLaw) -> None:
    citation = read_citation(code.example)

    assert (citation.code, citation.text) == (code.id, code.example)
    assert code.name and code.jurisdiction
