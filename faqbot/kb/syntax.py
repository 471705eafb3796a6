"""What the YAML parser says about a mistake, in words an author can act on."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml

__all__ = ["explain_encoding", "explain_syntax"]

_QUOTE = "put the whole text in 'single quotes'"
# What libyaml (or PyYAML's own parser, in other words) reports as "context: problem", and what to
# tell the author; the first pattern that is found decides.
_SENTENCES = (
    (r"\btab\b|'\\t'", "a tab cannot stand here: indent with spaces"),
    (r"scanning an (alias|anchor)", f"text cannot begin with '*' or '&': {_QUOTE}"),
    (r"quoted scalar: found unexpected end", "the quote that opens here is never closed"),
    (r"escape", 'a backslash is special in "double quotes": use \'single quotes\' instead'),
    (r"mapping values are not allowed", f"a ': ' cannot stand here: {_QUOTE}, or check the indentation"),
    (r"sequence entries are not allowed", "a list begins below its key: move this '- ' to a new line"),
    (r"mapping keys are not allowed", f"text cannot begin with '? ': {_QUOTE}"),
    (r"could not find expected ':'", "a key must be followed by ': ' with a space, then its value"),
    (r"expected ',' or '\]'", "the '[' is not closed with ']', or a ',' is missing"),
    (r"expected ',' or '\}'", "the '{' is not closed with '}', or a ',' is missing"),
    (r"directive", "a line cannot begin with '%': delete it, or indent it as part of a text"),
    (r"\btag\b", f"text cannot begin with '!': {_QUOTE}"),
    (r"scanning a block scalar", "begin the text on the line below '|' or '>'"),
    (r"cannot start any token", f"text cannot begin with this character: {_QUOTE}"),
    (r"parsing a block collection", "this line stands in a list: begin it with '- ' or check the indentation"),
    (r"document start", "nothing may follow the line '...', which ends the file"),
    (r"expected (the )?node content", f"text cannot begin with ',', ']' or '}}': {_QUOTE}"),
    (r"expected key|block end", "this line does not fit those above: check its indentation"),
)  # fmt: skip
_AFTER_QUOTE = (
    "text goes on after its closing quote: quote the whole text, and write a ' inside it as ''"
)
# These begin at the place to mend; other problems are reported where the parser gave up.
_BEGINS_AT_CONTEXT = re.compile(r"unexpected end of stream|could not find expected ':'")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def explain_syntax(error: yaml.MarkedYAMLError, data: bytes) -> tuple[int, str]:
    """Return the line, from 1, and a sentence for *error*, which parsing *data* gave."""
    problem = f"{error.context or ''}: {error.problem or ''}"
    mark = error.problem_mark
    if error.context_mark and _BEGINS_AT_CONTEXT.search(problem):
        mark = error.context_mark
    if mark is None:
        return 0, f"this is not valid YAML: {problem}"
    before, after = _line_around(data, mark.line, mark.column)
    if after.startswith("\t"):
        problem = "tab"
    elif before.rstrip().endswith(("'", '"')):
        return mark.line + 1, _AFTER_QUOTE
    return mark.line + 1, _sentence(problem)


def explain_encoding(data: bytes) -> tuple[int, str]:
    """Return the line and a sentence for the first byte or character of *data* that YAML forbids."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return line, f"byte {error.start} of the file is not UTF-8: save the file as UTF-8"
    found = _FORBIDDEN.search(text)
    if not found:
        return 0, "the file holds a character that YAML forbids: save it as plain UTF-8 text"
    line = text.count("\n", 0, found.start()) + 1
    return line, f"the control character U+{ord(found[0]):04X} is not allowed: delete it"


def _sentence(problem: str) -> str:
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, problem):
            return sentence
    return f"this is not valid YAML: {problem.strip(': ')}"


def _line_around(data: bytes, row: int, column: int) -> tuple[str, str]:
    line = next(islice(BytesIO(data), row, None), b"").decode(errors="replace")
    return line[:column], line[column:]
