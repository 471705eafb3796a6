"""The parser's complaints, in words an author can act on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from faqbot.kb import parsing
from faqbot.kb.faults import FaultList
from faqbot.kb.parsing import pieces

# Mistakes that authors make, the line to look at, and words of the sentence they get.
MISTAKES = [
    ("a:\n\t- b\n", 2, "a tab cannot stand here"),
    ("a:\n- id: x\n\tb: c\n", 3, "a tab cannot stand here"),
    ("a: |\n\ttext\n", 2, "a tab cannot stand here"),
    ("a: b: c\n", 1, "a ': ' cannot stand here"),
    ("a: x\n  b: y\n", 2, "a ': ' cannot stand here"),
    ('a: x\nb: "y\nc: z\n', 2, "the quote that opens here is never closed"),
    ("a: 'it's'\n", 1, "text goes on after its closing quote"),
    ('a: "yes", he said\n', 1, "text goes on after its closing quote"),
    ("a: [b, c\nd: e\n", 2, "the '[' is not closed"),
    ("a: {b: c\n\n", 3, "the '{' is not closed"),
    ('a: "C:\\dir"\n', 1, "a backslash is special"),
    ("a: @home\n", 1, "text cannot begin with this character"),
    ("a: `code`\n", 1, "text cannot begin with this character"),
    ("a: **bold** text\n", 1, "text cannot begin with '*' or '&'"),
    ("a: & b\n", 1, "text cannot begin with '*' or '&'"),
    ("a: !x!y b\n", 1, "text cannot begin with '!'"),
    ("a: ? b\n", 1, "text cannot begin with '? '"),
    ("a: , b\n", 1, "text cannot begin with ','"),
    ("a: - b\n", 1, "a list begins below its key"),
    ("a: b\nquestion\nc: d\n", 2, "a key must be followed by ': '"),
    ("a: b\nc:d\ne: f\n", 2, "a key must be followed by ': '"),
    ("a:\n  - b: c\n d: e\n", 3, "check its indentation"),
    ("a: |\n  text\n more\n", 3, "check its indentation"),
    ("a:\n  - b\n  c: d\n", 3, "this line stands in a list"),
    ("a: |text\n  more\n", 1, "begin the text on the line below"),
    ("a: b\n...\nc: d\n", 3, "nothing may follow the line '...'"),
    ("%YAML 1.1\n%YAML 1.1\n---\na: b\n", 2, "a line cannot begin with '%'"),
]


@pytest.mark.parametrize("parser", [yaml.BaseLoader, yaml.CBaseLoader], ids=["python", "libyaml"])
@pytest.mark.parametrize(("text", "line", "words"), MISTAKES)
def test_mistakes_are_explained(
    text: str, line: int, words: str, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mistake gives one sentence with the line to mend, whichever parser found it."""
    monkeypatch.setattr(parsing, "Parser", parser)
    faults = FaultList(Path("kb.yaml"))

    list(pieces(text.encode(), faults, ()))

    ((_, fault),) = faults.found
    assert (fault.line, "this is not valid YAML" in fault.message) == (line, False)
    assert words in fault.message
    assert faults.unread == {Path("kb.yaml")}
