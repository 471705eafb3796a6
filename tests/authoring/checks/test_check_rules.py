"""What each check reports, and what it lets pass because an author would."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from faqbot.authoring.checks import check_knowledge_base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TODAY = date(2026, 11, 1)
_OTHER = """\
  - id: other
    question: Where do the swans winter?
    alternates: [do swans fly south when it snows]
    answer: In the south.
"""


@pytest.fixture
def check(tmp_path: Path) -> Callable[[str], list[str]]:
    """Check a whole text without an encoder, and list what is found as ``line CODE``."""

    def check_text(text: str) -> list[str]:
        path = tmp_path / "kb.yaml"
        path.write_text(text, encoding="utf-8")
        report = check_knowledge_base(path, notes=True, encoder="none", today=_TODAY)
        assert report.kb is not None, report.findings
        return [f"{finding.line} {finding.code}" for finding in report.findings]

    return check_text


def _entry(*lines: str, answer: str = "    answer: Some twenty.") -> str:
    fields = "\n".join(f"    {line}" for line in lines)
    return (
        "version: 1\nentries:\n  - id: geese\n    question: How many geese are there?\n"
        f"    alternates:\n      - count of the flock\n{answer}\n{fields}\n{_OTHER}"
    )


def _answer(markdown: str) -> str:
    return _entry(
        answer="    answer: |-\n" + "\n".join(f"      {line}" for line in markdown.split("\n"))
    )


def test_a_small_base_is_clean(check: Callable[[str], list[str]]) -> None:
    """What the other tests build on has no finding."""
    assert check(_entry()) == []


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("```\nmake\n```", []),
        ("> ```\n> make\n> ```", []),
        ("```\nmake", ["8 A311"]),
        ("| a | b |\n|---|---|\n| 1 | `x \\| y` |", []),
        ("| a | b |\n|:--|--:|\n| 1 |", ["10 A312"]),
        ("a | b\n--- | ---\n1 | 2", []),
        ("Either | or, as you like.", []),
        ("[here](https://example.org), <https://example.org>, <mailto:a@example.org>", []),
        ("[call](tel:+491234), [wiki](http://wiki/page)", []),
        ("[here](<https://example.org/a page>)", []),
        ("See [1] (page 4), and x[1][2].", []),
        ("\\[here\\](this is meant so)", []),
        ("[here](https://)", ["8 A314"]),
        ("[here]()", ["8 A314"]),
        ("(here)[https://example.org]", ["8 A313"]),
        ("a < b and b > c, I <3 geese", []),
        ("`<b>` is a tag<!-- and this a comment -->", []),
        ("2 * 3 * 4, 2*3, snake_case_name, **/*.py and \\*geese\\*", []),
        ("Geese* fly.\n\n*Not all of them.", []),
        ("**bold** and *soft* and ***both*** and ~~gone~~", []),
        ("so **bold and\nmore** of it", []),
        ("a bold** word here", ["8 A316"]),
        ("a word ~~gone", ["8 A316"]),
        ("#general is a channel", []),
        ("-5 degrees\n-6 degrees", []),
        ("*One*\n*Two*", []),
    ],
)
def test_markdown(markdown: str, expected: list[str], check: Callable[[str], list[str]]) -> None:
    """What is broken is told with its line, and what renders as it was meant is not."""
    pytest.importorskip("markdown_it", reason="without it Markdown is not checked")

    assert check(_answer(markdown)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("question: How do I use C #sharp?", ["4 Y701"]),
        ("question: 'How do I use C #sharp?'", []),
        ("question: How do I use C# at work?", []),
        ("question: How do I use it # in the new house?", ["4 Y701"]),
        ("question: How do I use it # asked by Ann", ["4 Y701"]),
        ("question: How do I use it? # asked by Ann", []),
        ("question: Use of the house # asked by Ann", []),
    ],
)
def test_a_comment_that_was_meant_as_text(
    line: str, expected: list[str], check: Callable[[str], list[str]]
) -> None:
    """A # that YAML cut off is told where what follows reads like text."""
    text = _entry().replace("question: How many geese are there?", line)

    assert check(text) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("answer: >-\n      One line\n      and another.", []),
        ("answer: >-\n      Either:\n\n      - one\n\n      - two", []),
        ("answer: >-\n      Either:\n\n        - one\n        - two", []),
        ("answer: >-\n      Either:\n\n      - one\n      - two", ["10 Y702"]),
        ("answer: >-\n      Do this:\n      ```\n      make\n      ```", ["8 Y702"]),
        ("answer: |-\n      - one\n      - two", []),
        ('answer: "One.\\nTwo."', []),
        ("answer: 'One.\\nTwo.'", ["7 Y703"]),
        ("answer: Look in C:\\New and C:\\temp.", []),
    ],
)
def test_lines_that_yaml_joins(
    answer: str, expected: list[str], check: Callable[[str], list[str]]
) -> None:
    """Lists and code in a folded text, and breaks written out, are told."""
    pytest.importorskip("markdown_it", reason="without it Markdown is not checked")

    assert check(_entry(answer=f"    {answer}")) == expected


@pytest.mark.parametrize(
    ("alternates", "expected"),
    [
        ("[how many are there, and where do they live]", ["5 Y704"]),
        ("['how many are there, and where', count of the flock]", []),
        ("[how many are there?, and where are they]", []),
        ("[count the flock, tell the number of birds]", []),
        ("[count of the flock, Count of the flock!]", ["5 P201"]),
        ("[UN, count of the flock]", []),
        ("[ab, count of the flock]", ["5 P203"]),
        ("[\u9d5d, count of the flock]", []),
        ("[goose, count of the flock]", []),
        ("[number, count of the flock]", ["5 P204"]),
        ("[geese in C, 'geese in C++']", []),
    ],
)
def test_phrasings(alternates: str, expected: list[str], check: Callable[[str], list[str]]) -> None:
    """A phrasing that is no question of its own is told."""
    text = _entry().replace("alternates:\n      - count of the flock", f"alternates: {alternates}")

    assert check(text) == expected


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("[WHO, World Geese Organization, geese]", []),
        ("[who, World Geese Organization, geese]", ["3 S801"]),
        ("[Us, United Swans, swans]", ["3 S801"]),
        ("[goose, flock, geese]", []),
        ("[count, number of all the geese]", ["3 S801"]),
        ("[count, count of the flock]", []),
        ("[number, count]", []),
        ("[America, United Geese, geese]", []),
        ("[U.S., US, United Swans, swans]", []),
        ("[ostrich, emu]", ["3 S804"]),
    ],
)
def test_synonyms(group: str, expected: list[str], check: Callable[[str], list[str]]) -> None:
    """A term is told that stands for an ordinary word, unless its group means the same by it."""
    text = _entry().replace("version: 1\n", f"version: 1\nsynonyms:\n  - {group}\n")

    assert check(text) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The \u03bcm and the \u0394t, \u0438 \u043e \u0433\u0443\u0441\u044f\u0445.", []),
        ("The ge\u0435se.", ["7 C901"]),
        ("The \u0441\u043e\u0440\u0443 of it.", ["7 C901"]),
        ("A family: \U0001f468\u200d\U0001f469\u200d\U0001f467.", []),
        ("Some\u200bthing.", ["7 C902"]),
        ("The \u05d0\u200e geese.", []),
        ("The\u00a0geese cost 5\u202f\u20ac, d\u00e9j\u00e0 vu, \u00c0 la \u00c2me.", []),
        ("Itâ€™s here.", ["7 C903"]),
        ("dÃ©jÃ  vu", ["7 C903"]),
        ("Es un todo, y `TODO` es un marcador; 555-XXX-1.", ["7 C904"]),
        ("Es un todo, y `TODO` es un marcador.", []),
        ("[insert the date]", ["7 C904"]),
    ],
)
def test_characters(answer: str, expected: list[str], check: Callable[[str], list[str]]) -> None:
    """Look-alikes, invisible and garbled characters are told, other alphabets and emoji are not."""
    assert check(_entry(answer=f"    answer: '{answer}'")) == expected


@pytest.mark.parametrize(
    ("phrasing", "answer", "expected"),
    [
        ("how do I find every FIXME in a file?", "Search for FIXME.", []),
        ("what is a TODO list?", "A TODO is a task that waits.", []),
        ("where are open tasks kept?", "In TODO.md, and as TODO comments.", []),
        ("where are open tasks kept?", "Write \u201cTODO\u201d before them.", []),
        ("where are open tasks kept?", "~~~\n# TODO sort\n~~~", []),
        ("where are open tasks kept?", "So:\n\n    x = 1  # FIXME\n\nDone.", []),
        ('how do I fill in "XXX" fields?', "By hand.", []),
        ("where are open tasks kept?", "TODO", ["7 C904"]),
        ("where are open tasks kept?", "On the board. TODO: ask Ann.", ["7 C904"]),
        ("where are open tasks kept?", "The room is TBD.", ["7 C904"]),
        ("TODO", "On the board.", ["6 C904"]),
        ("TODO: better words", "On the board. TODO", ["6 C904", "7 C904"]),
    ],
)
def test_placeholders_are_no_subject(
    phrasing: str, answer: str, expected: list[str], check: Callable[[str], list[str]]
) -> None:
    """A mark that the entry is about, that is quoted or that is code was not left over."""
    text = _entry(answer=f"    answer: {json.dumps(answer, ensure_ascii=False)}")
    asked = json.dumps(phrasing, ensure_ascii=False)

    found = check(text.replace("count of the flock", asked))

    assert [each for each in found if each.endswith("C904")] == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[https://geese.example](https://swans.example)", ["8 A318"]),
        ("[geese.example/map](https://swans.example/map)", ["8 A318"]),
        ("[geese.org](http://geese.org.swans.example)", ["8 A318"]),
        ("[jo@geese.example](mailto:jo@swans.example)", ["8 A318"]),
        ("[https://geese.example/a](https://www.geese.example/b)", []),
        ("[www.geese.example](https://geese.example/all)", []),
        ("[jo@geese.example](mailto:jo@geese.example)", []),
        ("[setup.py](https://swans.example/setup.py)", []),
        ("[all about geese](https://swans.example)", []),
        ("<https://geese.example>", []),
    ],
)
def test_a_link_leads_where_it_says(
    link: str, expected: list[str], check: Callable[[str], list[str]]
) -> None:
    """A text that is the address of another site deceives the reader."""
    assert check(_answer(f"See {link}.")) == expected


@pytest.mark.parametrize(
    ("one", "other", "twins"),
    [
        ("what does the 'colour' field hold", "what does the 'colours' field hold", False),
        ("what does `--verbose` print", "what does `--verbos` print", False),
        ("what does max_row limit", "what does max_rows limit", False),
        ("what does --exclude leave out", "what does --excludes leave out", False),
        ("what does rowCount hold", "what does rowCounts hold", False),
        ("what does the colour field hold", "what does the colours field hold", True),
        ("what does the 'colour' field hold", "what do the 'colour' fields hold", True),
    ],
)
def test_names_tell_phrasings_apart(
    one: str,
    other: str,
    twins: bool,  # noqa: FBT001
    check: Callable[[str], list[str]],
) -> None:
    """A quoted or coded name that differs in a letter is another name; other words are a duplicate."""
    text = _entry().replace("count of the flock", json.dumps(one))
    found = check(text.replace("do swans fly south when it snows", json.dumps(other)))

    assert any(each.endswith("M102") for each in found) is twins
    assert not [each for each in found if each.endswith("M104")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["expires: 2026-11-02"], ["8 D602"]),
        (["expires: 2026-12-31", "reviewed: 2026-01-01"], []),
        (["reviewed: 2025-10-30"], ["8 D603"]),
        (["reviewed: 2025-11-01"], []),
        (["expires: 2020-01-01", "draft: true"], ["9 D605"]),
        (["follow_ups: [other]"], []),
        (["follow_ups: [other]", "audience: [staff]"], []),
        (["follow_ups: [geese]"], ["8 L401"]),
        (["not_for: [how many geese are THERE]"], ["4 P205"]),
        (["keywords: [bird, birds, Bird]"], ["8 S805"]),
    ],
)
def test_fields(lines: list[str], expected: list[str], check: Callable[[str], list[str]]) -> None:
    """Dates, drafts, follow-ups and keywords are told at the line of the field."""
    assert check(_entry(*lines)) == expected


def test_a_ring_with_a_way_out_is_none(check: Callable[[str], list[str]]) -> None:
    """Two entries that offer each other are told only if neither leads on."""
    third = _OTHER.replace("other", "third").replace("swans", "storks")
    ring = _entry("follow_ups: [other]") + "    follow_ups: [geese]\n" + third
    way_out = ring.replace("follow_ups: [geese]", "follow_ups: [geese, third]")

    assert check(ring) == ["8 L405"]
    assert check(way_out) == []


def test_one_question_for_two_audiences(check: Callable[[str], list[str]]) -> None:
    """The same phrasing may stand in two entries that no label shows together."""
    twin = _OTHER.replace("other", "twin")
    apart = _entry() + "    audience: [staff]\n" + twin + "    audience: [guests]\n"
    shared = _entry() + "    audience: [staff]\n" + twin + "    audience: [staff]\n"

    assert [code for code in check(apart) if code[-4:] == "M103"] == []
    assert check(shared)[:2] == ["15 M103", "16 M103"]


def test_a_question_that_synonyms_make_another_entrys(check: Callable[[str], list[str]]) -> None:
    """An entry is hidden whose question, read with the synonyms, is that of an earlier one."""
    text = _entry().replace("version: 1\n", "version: 1\nsynonyms:\n  - [geese, greylags]\n")
    late = (
        "  - id: e3\n    question: How many greylags are there?\n"
        "    alternates: [a tally of big grey birds]\n    answer: None.\n"
    )

    assert check(text + late) == ["16 M102", "16 M104"]


def test_drafts_are_not_asked(check: Callable[[str], list[str]]) -> None:
    """A draft may have a single phrasing, a placeholder, and what another entry asks."""
    draft = (
        "  - id: draft\n    question: How many geese are there?\n"
        "    answer: TODO\n    draft: true\n"
    )

    assert check(_entry() + draft) == ["16 D605"]


def test_a_folder_of_files(tmp_path: Path) -> None:
    """Each finding names the file where it stands, whichever order the parts are in."""
    one = _entry("tags: []")
    two = (
        "version: 1\nsynonyms:\n  - [who, swans]\nentries:\n  - id: more\n    question: how many geese are there\n"
        "    answer: Few.\ntests:\n  - ask: count of the flock\n    expect: geese\n"
    )
    (tmp_path / "a.yaml").write_text(one, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(two, encoding="utf-8")

    report = check_knowledge_base(tmp_path, notes=True, encoder="none", today=_TODAY)

    assert [(one.path.name, one.line, one.code) for one in report.findings] == [
        ("a.yaml", 8, "S806"),
        ("b.yaml", 3, "S801"),
        ("b.yaml", 6, "M103"),
        ("b.yaml", 6, "M105"),
        ("b.yaml", 9, "T501"),
    ]
    assert f"{tmp_path / 'a.yaml'}:4" in report.findings[2].message


def test_what_keeps_a_base_from_loading(tmp_path: Path) -> None:
    """Faults of the file itself are the findings, and nothing else is looked at."""
    path = tmp_path / "kb.yaml"
    path.write_text(_entry("anser: none").replace("count of the flock", "TODO"), encoding="utf-8")

    report = check_knowledge_base(path, notes=True)

    assert report.kb is None
    assert [(one.line, one.code) for one in report.findings] == [(8, "E001")]
