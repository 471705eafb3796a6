"""Sections of a document as a tree, and drafts from sections without questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from faqbot.ingest.blocks import Block, Kind, joined
from faqbot.ingest.extraction.candidate_pairs import Candidate, Rule
from faqbot.ingest.markdown_text import without_number
from faqbot.ingest.question_forms import about, is_question, lowered, names_faq, proposed

# Share of headings, 0 to 1, that ask in a FAQ; chosen by hand.
_MOSTLY = 0.5
# Share of headings, 0 to 1, from which a level holds questions; chosen by hand.
_OFTEN = 0.3
# Headings that ask in a document without "FAQ" in its title; chosen by hand.
_ENOUGH = 2
# Characters of a section from which each paragraph becomes a draft; chosen by hand.
_LONG = 600
# A bold text of at most 60 characters at the start of a paragraph; the length is chosen by hand.
_LABEL = re.compile(r"(\*\*|__)(?=\S)[^*_\n]{1,60}\1")
# Columns of a table of facts: a subject and a value.
_FACT_COLUMNS = 2


@dataclass(slots=True)
class DocumentSection:
    """Heading with the *body* directly below it, and its subsections.

    The *heading* of the document itself is None.
    """

    heading: Block | None = None
    body: list[Block] = field(default_factory=list)
    children: list[DocumentSection] = field(default_factory=list)
    asks: bool = field(init=False)
    """True if the heading is a question."""

    def __post_init__(self) -> None:
        """Test the heading once, since the rules ask often."""
        self.asks = self.heading is not None and is_question(self.heading.text)

    @property
    def title(self) -> str:
        """Words of the heading."""
        return self.heading.text if self.heading else ""

    def walk(self) -> Iterator[DocumentSection]:
        """Yield this section and all below it, in document order."""
        stack = [self]
        while stack:
            section = stack.pop()
            yield section
            stack.extend(reversed(section.children))

    def has_question(self) -> bool:
        """Return True if a heading below is a question."""
        return any(section.asks for child in self.children for section in child.walk())

    def all_blocks(self) -> Iterator[Block]:
        """Yield all blocks below the heading, further headings included."""
        for section in self.walk():
            if section is not self and section.heading:
                yield section.heading
            yield from section.body


def sections_of(blocks: Iterable[Block]) -> DocumentSection:
    """Return *blocks*, a document, as a section without a heading."""
    root = DocumentSection()
    open_sections = [root]
    for block in blocks:
        if block.kind is not Kind.HEADING:
            open_sections[-1].body.append(block)
            continue
        while len(open_sections) > 1 and _level(open_sections[-1]) >= block.level:
            open_sections.pop()
        section = DocumentSection(block)
        open_sections[-1].children.append(section)
        open_sections.append(section)
    return root


def _level(section: DocumentSection) -> int:
    return section.heading.level if section.heading else 0


@dataclass(frozen=True, slots=True)
class DocumentShape:
    """Shape of a document: *is_faq*, and the share of headings that ask.

    *asking* gives the share, 0 to 1, by level.
    """

    is_faq: bool
    asking: dict[int, float]

    @classmethod
    def of(cls, root: DocumentSection, titles: Sequence[str]) -> DocumentShape:
        """Return the shape of a document with *titles*: its file name and its title."""
        leaves = [each for each in root.walk() if each.heading and not each.children]
        asking = sum(each.asks for each in leaves)
        faq = any(map(names_faq, titles)) or (asking >= _ENOUGH and asking > _MOSTLY * len(leaves))
        return cls(faq, _shares(root))

    def often_asks(self, level: int) -> bool:
        """Return True if at least three in ten headings of *level* are questions."""
        return self.asking.get(level, 0) >= _OFTEN

    def mostly_asks(self, level: int) -> bool:
        """Return True if more than half of the headings of *level* are questions."""
        return self.asking.get(level, 0) > _MOSTLY


def _shares(root: DocumentSection) -> dict[int, float]:
    all_, asking = Counter[int](), Counter[int]()
    for section in root.walk():
        if section.heading:
            all_[section.heading.level] += 1
            asking[section.heading.level] += section.asks
    return {level: asking[level] / count for level, count in all_.items()}


def orphans(blocks: Sequence[Block], heading: str, text: str) -> Iterator[Candidate]:
    """Yield a draft for each paragraph of *blocks* below the *heading* of a FAQ.

    *text* is that of the document. Questions are guessed from it, different for each draft.
    """
    taken: set[str] = set()
    prose = [part for part in _paragraphs(blocks) if any(each.kind is Kind.TEXT for each in part)]
    for number, part in enumerate(prose, start=1):
        answer = joined(part)
        question = proposed(answer, frozenset(taken), text)
        guess = "it has no question: this one is guessed from its first words"
        if not question:
            question, guess = (
                f"{heading}, answer {number}",
                "it has no question: write the question that it answers",
            )
        taken.add(question)
        yield Candidate(
            question,
            answer,
            Rule.ORPHAN_ANSWER,
            section=heading,
            heading=heading,
            paragraph=number,
            place=part[0].place,
            reason=guess,
        )


def topics(
    blocks: Sequence[Block], heading: str, text: str, *, is_introduction: bool
) -> Iterator[Candidate]:
    """Yield drafts of an article's section and its fact tables."""
    title = without_number(heading)
    prose = [block for block in blocks if not _is_fact_table(block)]
    parts = list(_paragraphs(prose))
    if is_introduction:
        whole = [[block for part in parts for block in part]] if parts else []
        for part in whole:
            yield _introduction(part, title, text)
    else:
        split = len(joined(prose)) > _LONG and len(parts) > 1
        for number, part in enumerate(parts if split else [prose] if prose else [], start=1):
            yield _topic(part, title, text, number if split else 0, len(parts))
    for block in blocks:
        if _is_fact_table(block):
            yield _facts(block, title, text)


def _introduction(part: Sequence[Block], title: str, text: str) -> Candidate:
    answer = joined(part)
    question = f"What is {lowered(title, text)}?" if title else proposed(answer, text=text)
    return Candidate(
        question or "What is this about?", answer, Rule.INTRODUCTION, heading=title, place=part[0].place,
        reason="it is the introduction of the document: write the question that it answers",
    )  # fmt: skip


def _topic(part: Sequence[Block], title: str, text: str, number: int, count: int) -> Candidate:
    question = about(title, text)
    if number:
        question = f"{question.removesuffix('?')} ({number} of {count})?"
        reason = f"the section is long, and this is its part {number}: write the question that it answers"
    else:
        reason = "its question is made from a heading: write it as people ask"
    return Candidate(
        question, joined(part), Rule.TOPIC_HEADING, section=title, heading=title, paragraph=number,
        place=part[0].place, reason=reason,
    )  # fmt: skip


def _facts(block: Block, title: str, text: str) -> Candidate:
    first, second = block.rows[0]
    subject = f" of {lowered(title, text)}" if title else ""
    question = f"What are the {first.lower()} and {second.lower()}{subject}?"
    return Candidate(
        question, block.text, Rule.FACT_TABLE, section=title, heading=title, place=block.place,
        reason="it is a table, not an answer: write an entry for each question about it",
    )  # fmt: skip


def _is_fact_table(block: Block) -> bool:
    return (
        block.kind is Kind.TABLE
        and bool(block.rows)
        and len(block.rows[0]) == _FACT_COLUMNS
        and all(block.rows[0])
    )


def _paragraphs(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield paragraphs, each with the list, code or table that belongs to it.

    If bold labels divide the text, a part holds all that is below one label. No part ends with a label or
    a colon: these announce the next block.
    """
    labelled = any(map(_is_label, blocks))
    part: list[Block] = []
    for block in blocks:
        begins = block.kind is Kind.HEADING or (
            block.kind is Kind.TEXT
            and (_is_label(block) or not (labelled and _is_label_part(part)))
        )
        if begins and part and not _announces(part[-1]):
            yield part
            part = []
        part.append(block)
    if part:
        yield part


def _is_label(block: Block) -> bool:
    """Return True if *block* is a paragraph that begins with a short bold text."""
    return block.kind is Kind.TEXT and _LABEL.match(block.text) is not None


def _is_label_part(part: Sequence[Block]) -> bool:
    return any(map(_is_label, part))


def _announces(block: Block) -> bool:
    """Return True for a heading, a label on its own line, and text before a colon."""
    ends = block.text.rstrip().rstrip("*_ ").endswith((":", "\uff1a"))
    return ends or block.kind is Kind.HEADING or (_is_label(block) and block.bold)
