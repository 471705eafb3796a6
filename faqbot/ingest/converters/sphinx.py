"""Roles and directives of Sphinx, as the text that they show."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives, states
from docutils.utils import unescape

# Directives of docutils that show their content, and neither read files nor run programs.
_OWN = frozenset(
    [
        "attention",
        "caution",
        "compound",
        "danger",
        "epigraph",
        "error",
        "figure",
        "highlights",
        "hint",
        "image",
        "important",
        "line-block",
        "list-table",
        "csv-table",
        "math",
        "note",
        "pull-quote",
        "replace",
        "rubric",
        "sidebar",
        "table",
        "tip",
        "topic",
        "unicode",
        "warning",
    ]
)
_CODES = frozenset(
    [
        "code",
        "code-block",
        "sourcecode",
        "parsed-literal",
        "prompt",
        "doctest",
        "testcode",
        "testoutput",
        "console",
        "highlight-code",
        "code-cell",
        "ipython",
        "productionlist",
    ]
)
_FILES = frozenset(
    [
        "include",
        "literalinclude",
        "raw",
        "download",
        "includeme",
        "command-output",
        "program-output",
    ]
)
# Directives that generate content, or that hold settings for the builder.
_NOT_SHOWN = frozenset(
    [
        "contents",
        "toctree",
        "index",
        "highlight",
        "currentmodule",
        "module",
        "meta",
        "sectnum",
        "section-numbering",
        "target-notes",
        "role",
        "default-role",
        "class",
        "title",
        "header",
        "footer",
        "date",
        "tabularcolumns",
        "testsetup",
        "testcleanup",
        "sectionauthor",
        "codeauthor",
        "moduleauthor",
        "automodule",
        "autoclass",
        "autofunction",
        "automethod",
        "autosummary",
        "graphviz",
        "digraph",
        "ogp_disable",
        "disqus",
        "restructuredtext-test-directive",
    ]
)
_SINCE = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
_TITLES = {"seealso": "See also", "todo": "To do", "centered": ""}
# Directives of sphinx-design and similar packages that fold their text, with a title as the argument.
_FOLDED_BOXES = frozenset(
    ["dropdown", "collapse", "collapsible", "details", "toggle", "accordion", "spoiler", "faq", "question"]
)  # fmt: skip
_TITLED_BOXES = _FOLDED_BOXES | frozenset(
    ["admonition", "card", "tab", "tab-item", "grid-item-card"]
)
_WORDS = frozenset(
    [
        "ref",
        "doc",
        "term",
        "abbr",
        "dfn",
        "guilabel",
        "menuselection",
        "numref",
        "any",
        "emphasis",
        "strong",
        "title",
        "sub",
        "sup",
        "subscript",
        "superscript",
        "title-reference",
        "t",
        "download",
        "index",
        "eq",
        "raw-html",
        "ticket",
        "cve",
        "issue",
        "gh",
        "bpo",
        "commit",
        "pull",
        "user",
        "pr",
    ]
)
_PROSE = frozenset(
    [
        "emphasis",
        "strong",
        "literal",
        "code",
        "math",
        "pep",
        "rfc",
        "pep-reference",
        "rfc-reference",
    ]
)
_TITLED = re.compile(r"(.*[^\s<])\s*+<[^<>]++>", re.DOTALL)


_Interpreted = tuple[list[nodes.Node], list[nodes.system_message]]


def passing_inliner() -> states.Inliner:
    """Return an inliner that shows roles as text or code."""
    inliner = states.Inliner()
    known = inliner.interpreted

    def interpreted(rawsource: str, text: str, role: str, lineno: int) -> _Interpreted:
        name = role.rpartition(":")[2].lower()
        if name in _PROSE:
            found: _Interpreted = known(rawsource, text, name, lineno)
            return found
        titled = _TITLED.fullmatch(unescape(text))
        words = (titled[1] if titled else unescape(text)).strip()
        if not role or name in _WORDS:
            return [nodes.inline(rawsource, words)], []
        return [nodes.literal(rawsource, _code(words, name, titled=bool(titled)))], []

    # Not a subclass: docutils reads patterns from the variables of the class itself.
    inliner.interpreted = interpreted  # type: ignore[method-assign]
    return inliner


def _code(words: str, name: str, *, titled: bool) -> str:
    """Return a name as Sphinx shows it: ``~a.b`` as b, ``!a`` as a.

    A function gets its brackets.
    """
    shown = words.lstrip("!")
    if shown.startswith("~"):
        shown = shown[1:].rpartition(".")[2]
    calls = name in {"func", "meth"} and not titled and not shown.endswith(")")
    return f"{shown}()" if calls else shown


class _PassingDirective(Directive):
    """Unknown directive, whose content is part of the document."""

    optional_arguments = 1_000
    final_argument_whitespace = True
    has_content = True
    # docutils reads no options for an empty table.
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = defaultdict(
        lambda: directives.unchanged, {"class": directives.unchanged}
    )

    def run(self) -> list[nodes.Node]:
        """Return the content, with its kind as a label, if any."""
        held = nodes.container()
        held.line = self.lineno
        self.state.nested_parse(self.content, self.content_offset, held)
        name = self.name.lower()
        first = _TITLES.get(name, "")
        argument = " ".join(self.arguments)
        if name in _SINCE:
            version, _, rest = argument.partition(" ")
            first = f"{_SINCE[name]} {version}"
            held[:0] = [nodes.paragraph("", rest)] if rest else []
        elif name in _TITLES and argument:
            held[:0] = [nodes.paragraph("", argument)]
        elif name in _TITLED_BOXES:
            first = argument
        if not first:
            return list(held.children)
        box = nodes.admonition("", nodes.title("", first), *held.children)
        box.line = self.lineno
        box["folded"] = name in _FOLDED_BOXES or "dropdown" in self.options.get("class", "")
        return [box]


class _CodeDirective(_PassingDirective):
    """Code in the named language."""

    def run(self) -> list[nodes.Node]:
        """Return the code unchanged."""
        block = nodes.literal_block("", "\n".join(self.content))
        block["classes"] = ["code", *self.arguments[:1]]
        block.line = self.lineno
        return [block]


class _HiddenDirective(_PassingDirective):
    """Directive whose content the page does not show."""

    def run(self) -> list[nodes.Node]:
        """Return no nodes."""
        return []


@contextmanager
def passing_directives(left_out: list[str]) -> Iterator[None]:
    """Make docutils accept every directive inside a ``with`` block.

    Directives that need a file add their name to *left_out*.
    """
    known = directives.directive

    def directive(
        name: str, language: ModuleType, document: nodes.document
    ) -> tuple[type[Directive] | None, list[nodes.Node]]:
        low = name.lower().rpartition(":")[2]
        if low in _OWN:
            return known(low, language, document)  # type: ignore[return-value]  # messages are nodes
        if low in _FILES:
            left_out.append(low)
        if low in _FILES | _NOT_SHOWN:
            return _HiddenDirective, []
        return (_CodeDirective if low in _CODES else _PassingDirective), []

    directives.directive = directive  # type: ignore[assignment]  # as Sphinx does
    try:
        yield
    finally:
        directives.directive = known
