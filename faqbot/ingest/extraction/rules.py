"""Rules from blocks of any format to candidates; the first wins.

pair              the document marks a question and its answer                            sure
heading-question  a heading that asks; its answer ends at the next heading that asks      sure
faq-heading       another heading of a FAQ, at a level where three in ten ask             sure
bold-question     a paragraph, item or first line in bold that asks                       sure
line-question     a line marked "Q:", or that ends in "?"                                 sure
topic-heading     a section of an article; a long section gives one for each paragraph    draft
orphan-answer     a paragraph under a FAQ's heading without a question                    draft
introduction      the text before the first heading                                       draft
fact-table        a table of two columns that are not questions and answers               draft
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from faqbot.ingest.blocks import NO_ANSWER, Block, Kind, joined, left_out
from faqbot.ingest.boilerplate import PAGE_BOILERPLATE, without_boilerplate, without_way_back
from faqbot.ingest.columns import is_address
from faqbot.ingest.extraction.candidate_pairs import Candidate, Found, Rule, question_key
from faqbot.ingest.extraction.coverage import uncovered
from faqbot.ingest.extraction.marked_questions import BodyQuestions, asking_marks
from faqbot.ingest.extraction.question_marks import Mark, asked_in, without_answer_mark
from faqbot.ingest.extraction.question_splitting import split_at_questions
from faqbot.ingest.extraction.sections import (
    DocumentSection,
    DocumentShape,
    orphans,
    sections_of,
    topics,
)
from faqbot.ingest.markdown_text import plain, without_number
from faqbot.ingest.question_forms import (
    about,
    bare_question,
    ends_as_question,
    is_question,
    names_faq,
)
from faqbot.ingest.tabular import Row, blocks_of_rows
from faqbot.ingest.unread import words_of

_NO_ADDRESS = "it is not an address such as https://example.org"
_EMPTY_HEADING = "it is a heading without an entry"
_NOT_TAKEN = "no rule found a question or an answer in it"
_ASIDE = frozenset({Kind.TITLE, Kind.LANGUAGE, Kind.NOTE, Kind.LEFT_OUT})

LOOKED_FOR = (
    "headings that ask something, questions in bold or on lines of their own, lines that start with Q:, "
    "lists of terms, folded sections, tables with columns for questions and answers, "
    "and the headings of an article"
)


def find_candidates(blocks: Iterable[Block], name: str) -> Found:
    """Return the candidates in *blocks*, the document *name*."""
    given = list(_expanded(blocks))
    kept = _without_boilerplate([block for block in given if block.kind not in _ASIDE])
    title = next((block.text for block in given if block.kind is Kind.TITLE), "")
    root = sections_of(kept)
    first = next((each.title for each in root.walk() if each.heading), "")
    shape = DocumentShape.of(
        root, [PurePath(name).stem.replace("_", " ").replace("-", " "), title, first]
    )
    starts = first if not root.body else ""
    language = next((block.text for block in given if block.kind is Kind.LANGUAGE), "")
    found = Found(name, title or starts, language=language)
    for block in given:
        if block.kind in {Kind.NOTE, Kind.LEFT_OUT}:
            found.leave_out(block.text, block.reason, block.place)
    marks = asking_marks(kept, is_faq=shape.is_faq)
    headings = frozenset(
        question_key(bare_question(each.title)) for each in root.walk() if each.asks
    )
    text = "\n".join(block.text for block in kept)
    walk = _SectionWalk(found, shape, text, marks, headings)
    walk.document(root)
    found.candidates = list(_introduced(found.candidates))
    asked = {each.question for each in found.candidates}
    # A table of contents lists questions that are answered further down.
    found.left_out = [each for each in found.left_out if plain(each.what) not in asked]
    for made in found.candidates:
        if made.pair and made.pair.url and not is_address(made.pair.url):
            found.leave_out(made.pair.url, _NO_ADDRESS, made.place)
    for block in _gone(given, kept):
        found.leave_out(_named(block.text), PAGE_BOILERPLATE, block.place)
    for block in uncovered(kept, found):
        heading = block.kind is Kind.HEADING
        found.leave_out(_named(block.text), _EMPTY_HEADING if heading else _NOT_TAKEN, block.place)
    return found


def _named(markdown: str) -> str:
    """Return the words of *markdown*, or all of it if its marks hold words."""
    words = plain(markdown)
    return words if set(words_of(markdown)) <= set(words_of(words)) else markdown


def _introduced(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield *candidates*, with another question for an introduction if its own is taken."""
    asked = {each.question for each in candidates if each.rule is not Rule.INTRODUCTION}
    for each in candidates:
        if each.rule is Rule.INTRODUCTION and each.question in asked:
            subject = each.question.removeprefix("What is ").rstrip("?")
            yield replace(each, question=about(subject, subject))
        else:
            yield each


def _expanded(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield *blocks* with tables of questions as pairs, and each question of a paragraph as a block."""
    for block in blocks:
        if block.kind is Kind.TABLE:
            yield from list(_pairs(block)) or [block]
        elif block.kind in {Kind.TEXT, Kind.ITEM} and not block.asks:
            text = without_way_back(block.text)
            yield from split_at_questions(
                replace(block, text=text) if text != block.text else block
            )
            if text != block.text:
                yield left_out(plain(block.text[len(text) :]), PAGE_BOILERPLATE, block.place)
        else:
            yield block


def _pairs(table: Block) -> Iterator[Block]:
    rows = [
        Row(number, tuple(map(plain, row[:1])) + row[1:])
        for number, row in enumerate(table.rows, start=1)
    ]
    blocks = list(blocks_of_rows(rows))
    if not any(block.kind is Kind.PAIR for block in blocks):
        return
    for block in blocks:
        if block.kind is Kind.PAIR:
            yield replace(block, text=table.text, place=table.place)
        elif block.kind is Kind.LEFT_OUT:
            yield replace(block, place=table.place)


def _without_boilerplate(blocks: Sequence[Block]) -> list[Block]:
    """Yield *blocks* without boilerplate and the content below its headings."""
    texts = ((block.text if _could_be_boilerplate(block) else "", block) for block in blocks)
    kept: list[Block] = []
    below = False
    for stays, block in without_boilerplate(texts):
        if block.kind is Kind.HEADING:
            below = not stays
        if stays and not (below and block.kind in {Kind.TEXT, Kind.ITEM}):
            kept.append(block)
    return kept


def _could_be_boilerplate(block: Block) -> bool:
    """Return True if *block* may be boilerplate by its kind and text."""
    return block.kind is Kind.TEXT or (block.kind is Kind.HEADING and " " in block.text)


def _gone(given: Sequence[Block], kept: Sequence[Block]) -> Iterator[Block]:
    stays = set(map(id, kept))
    yield from (block for block in given if id(block) not in stays and block.kind not in _ASIDE)


@dataclass(slots=True)
class _SectionWalk:
    """Walk over the sections of a document; candidates go to *found*."""

    found: Found
    shape: DocumentShape
    text: str
    marks: frozenset[Mark]
    headings: frozenset[str]

    def document(self, root: DocumentSection) -> None:
        """Walk over the document.

        The section of its title counts as the document.
        """
        has_headings = bool(root.children)
        top = root
        while (
            len(top.children) == 1
            and all(map(_is_link, top.body))
            and top.children[0].children
            and not top.children[0].asks
        ):
            top = top.children[0]
        if top is not root and not self.found.title:
            self.found.title = top.title
        self.group(top, "", is_faq=self.shape.is_faq, is_top=True, has_headings=has_headings)

    def section(self, section: DocumentSection, path: str, *, is_faq: bool) -> None:
        """Walk over one section and its subsections; *path* is the heading above."""
        if section.asks:
            self.question(section, path, Rule.HEADING_QUESTION)
        elif is_faq and self._is_faq_heading(section):
            self.question(section, path, Rule.FAQ_HEADING)
        else:
            opens = names_faq(section.title)
            self.group(section, without_number(section.title), is_faq=is_faq or opens, opens=opens)

    def _is_faq_heading(self, section: DocumentSection) -> bool:
        """Return True for a heading among questions that asks nothing."""
        level = section.heading.level if section.heading else 0
        if names_faq(section.title) or not self.shape.often_asks(level):
            return False
        if section.has_question():
            return self.shape.mostly_asks(level) and bool(joined(section.body))
        return bool(joined(section.all_blocks()))

    def question(self, section: DocumentSection, path: str, rule: Rule) -> None:
        """Add a candidate for a heading that asks.

        Questions below it are separate.
        """
        answer = list(section.body)
        parts = [self._stands_alone(child, answer) for child in section.children]
        place = parts.index(True) if True in parts else len(parts)
        for child in section.children[:place]:
            answer += [*([child.heading] if child.heading else []), *child.all_blocks()]
        self._add(section, answer, rule, path)
        inner = without_number(section.title)
        for child in section.children[place:]:
            self.section(child, inner, is_faq=True)

    def _stands_alone(self, child: DocumentSection, answer: Sequence[Block]) -> bool:
        """Return True if a section below a question is no part of its *answer*."""
        if child.asks or child.has_question():
            return True
        return bool(joined(answer)) and self._is_faq_heading(child)

    def _add(
        self, section: DocumentSection, blocks: Sequence[Block], rule: Rule, path: str
    ) -> None:
        question = bare_question(section.title)
        own, further = _split(blocks)
        place = len(self.found.candidates)
        # Text after a question inside the answer belongs to that answer, unless it answers the question.
        own += self._lines(further, path) if further else []
        answer = without_answer_mark(joined(own))
        heading = section.heading or Block(Kind.HEADING)
        if answer:
            made = Candidate(
                question, answer, rule, section=path, heading=path, place=heading.place
            )
            self.found.candidates.insert(place, made)
        elif not further and not section.children:
            self.found.leave_out(question, NO_ANSWER, heading.place)

    def group(
        self,
        section: DocumentSection,
        path: str,
        *,
        is_faq: bool,
        opens: bool = False,
        is_top: bool = False,
        has_headings: bool = True,
    ) -> None:
        """Walk over a section that is no question: first its text, then its subsections."""
        if section.heading and not section.body and not section.children and not is_top:
            self._empty(section.heading)
        before = len(self.found.candidates)
        body = section.body
        if is_top and any(child.asks or child.has_question() for child in section.children):
            body = list(_without_asides(body))
        loose = self._lines(body, path, is_faq=is_faq)
        nothing = len(self.found.candidates) == before
        if loose and nothing and opens and not section.children:
            self.found.candidates += orphans(loose, path, self.text)
        elif loose and not is_faq and (has_headings or not nothing):
            title = self.found.title if is_top else section.title
            self.found.candidates += topics(loose, title, self.text, is_introduction=is_top)
        else:
            for block in loose:
                self.found.leave_out(_named(block.text), "it belongs to no question", block.place)
        for child in section.children:
            self.section(child, path, is_faq=is_faq)

    def _empty(self, heading: Block) -> None:
        """Record a heading without content, except the document's title."""
        if heading.text != self.found.title:
            self.found.leave_out(_named(heading.text), _EMPTY_HEADING, heading.place)

    def _lines(self, body: Sequence[Block], path: str, *, is_faq: bool = True) -> list[Block]:
        """Add candidates for the questions in *body*.

        Return the blocks before the first.
        """
        lines = BodyQuestions(body, is_faq=is_faq, marks=self.marks, headings=self.headings)
        for made in lines.candidates():
            self.found.candidates.append(replace(made, section=path, heading=path))
        for question, block in lines.unanswered:
            self.found.leave_out(question, NO_ANSWER, block.place)
        return lines.loose


def _without_asides(body: Sequence[Block]) -> Iterator[Block]:
    """Yield *body*, text before headings that ask, with other pairs as text.

    A list of translations or contents, folded at the top of a document, is no entry.
    """
    pairs = [block.pair for block in body if block.pair]
    entries = any(pair.id or any(map(is_question, pair.questions)) for pair in pairs)
    for block in body:
        yield replace(block, kind=Kind.TEXT, pair=None) if block.pair and not entries else block


def _is_link(block: Block) -> bool:
    """Return True if *block* is only a link, such as a logo."""
    return block.text.startswith("[") and not plain(
        re.sub(r"\[[^\[\]]*\]\([^()]*\)", "", block.text)
    )


def _split(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Return the answer in *blocks*, and separate questions after it.

    A question directly below the heading is separate only if others follow: alone, it may be rhetorical.
    """
    starts = [place for place, block in enumerate(blocks) if _begins_another(block)]
    if len(starts) == 1 and (starts[0] == 0 or not blocks[starts[0]].asks):
        starts = [place for place in starts if place and _has_answer(blocks, place)]
    place = starts[0] if starts else len(blocks)
    return list(blocks[:place]), list(blocks[place:])


def _begins_another(block: Block) -> bool:
    """Return True if *block* is a question of its own below a heading that asks."""
    if block.kind is Kind.PAIR and block.pair:
        return is_question(block.pair.questions[0])
    asked = asked_in(block) if block.kind is Kind.TEXT else None
    return asked is not None and asked.sure and ends_as_question(asked.question)


def _has_answer(blocks: Sequence[Block], place: int) -> bool:
    """Return True if text follows the question at *place* of *blocks*."""
    asked = asked_in(blocks[place])
    return blocks[place].pair is not None or bool(blocks[place + 1 :] or (asked and asked.rest))
