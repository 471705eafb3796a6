"""Questions among paragraphs and items, with the blocks that answer.

Recognized are bold questions, ``Q:`` lines, and lines that end in "?". Where most texts of one mark
ask, the others of this mark are questions too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from faqbot.ingest.blocks import Block, Kind, joined
from faqbot.ingest.boilerplate import is_boilerplate
from faqbot.ingest.extraction.candidate_pairs import Candidate, Rule, question_key
from faqbot.ingest.extraction.question_marks import (
    Asked,
    Mark,
    asked_in,
    numbered,
    without_answer_mark,
)
from faqbot.ingest.markdown_text import one_line
from faqbot.ingest.question_forms import ends_as_question, tidy_question

# Share of a mark's texts, 0 to 1, that must ask before the others count too; chosen by hand.
_OFTEN = 0.3
# ... in a document that is no FAQ; chosen by hand.
_MOSTLY = 0.5
# Texts that must ask. Also lines with "?" below a heading from which they are questions outside a FAQ.
# Chosen by hand.
_FEW = 2


def questions_in(body: Sequence[Block]) -> list[Asked | None]:
    """Return the question of each block of *body*, else None.

    A number marks a question only on a line that stands alone, outside a list of several items.
    """
    around = [None, *body, None]
    return [
        _possible(block, alone=not (_is_item(before) or _is_item(after)))
        for before, block, after in zip(around, body, around[2:], strict=False)
    ]


def _possible(block: Block, *, alone: bool) -> Asked | None:
    asked = asked_in(block)
    line = numbered(block) if alone and (asked is None or not asked.mark) else None
    if asked and line:
        return replace(asked, mark=line.mark)
    return asked or line


def _is_item(block: Block | None) -> bool:
    return block is not None and block.kind is Kind.ITEM


def _is_line(asked: Asked) -> bool:
    return asked.rule is Rule.LINE_QUESTION and ends_as_question(asked.question)


def asking_marks(blocks: Sequence[Block], *, is_faq: bool) -> frozenset[Mark]:
    """Return the marks that the questions in *blocks* share."""
    found = [each for each in questions_in(blocks) if each]
    asking, all_ = Counter[Mark](), Counter[Mark]()
    for each in found:
        all_[each.mark] += 1
        asking[each.mark] += ends_as_question(each.question) or each.sure
    least = _OFTEN if is_faq else _MOSTLY
    return frozenset(
        mark
        for mark, count in all_.items()
        if mark and asking[mark] >= _FEW and asking[mark] > least * count
    )


@dataclass(slots=True)
class BodyQuestions:
    """Questions among the blocks of one body.

    If *is_faq*, a line that ends in "?" is a question. *marks* are those of all questions of the
    document. *headings* are keys (`question_key`) of headings that ask: their lines in a table of
    contents ask nothing.
    """

    body: Sequence[Block]
    is_faq: bool
    marks: frozenset[Mark] = frozenset()
    headings: frozenset[str] = frozenset()
    loose: list[Block] = field(default_factory=list)
    unanswered: list[tuple[str, Block]] = field(default_factory=list)

    def candidates(self) -> Iterator[Candidate]:
        """Yield a candidate for each question.

        Then `loose` and `unanswered` are complete.
        """
        asked = self._asked()
        question: tuple[Asked, Block] | None = None
        answer: list[Block] = []
        for block, found in zip(self.body, asked, strict=True):
            if block.kind is Kind.PAIR and block.pair:
                yield from self._closed(question, answer)
                question, answer = None, []
                yield _of_pair(block)
            elif found:
                yield from self._closed(question, answer)
                question, answer = (found, block), [found.rest] if found.rest else []
            elif question:
                answer.append(block)
            elif not is_boilerplate(block.text):
                self.loose.append(block)
        yield from self._closed(question, answer)

    def _asked(self) -> list[Asked | None]:
        found = [
            each
            if each and (each.rest or question_key(each.question) not in self.headings)
            else None
            for each in questions_in(self.body)
        ]
        lines = [each for each in found if each and ends_as_question(each.question)]
        plain_ones = self.is_faq or len(lines) >= _FEW
        marks = self.marks | ({Mark.BOLD} if self._bold_asks(found) else frozenset())
        return [
            each
            if each and (each.sure or each.mark in marks or (plain_ones and _is_line(each)))
            else None
            for each in found
        ]

    def _bold_asks(self, found: Sequence[Asked | None]) -> bool:
        """Return True if bold lines of this body of a FAQ are questions."""
        bold = [each for each in found if each and each.mark is Mark.BOLD]
        sure = [each for each in bold if each.sure]
        asks = any(ends_as_question(each.question) for each in sure)
        return self.is_faq and asks and len(sure) >= _OFTEN * len(bold)

    def _closed(
        self, question: tuple[Asked, Block] | None, answer: Sequence[Block]
    ) -> Iterator[Candidate]:
        if question is None:
            return
        asked, block = question
        text = without_answer_mark(joined(answer))
        if text:
            yield Candidate(asked.question, text, asked.rule, place=block.place)
        else:
            self.unanswered.append((asked.question, block))


def _of_pair(block: Block) -> Candidate:
    pair = block.pair
    if pair is None:
        raise ValueError("only a block of kind pair has one")
    # A pair with an id was written as an entry.
    tidy = one_line if pair.id else tidy_question
    question, *alternates = map(tidy, pair.questions)
    answer = pair.answer.strip("\n").rstrip()
    if not pair.id:
        answer = without_answer_mark(answer, may_be_initial=False) or answer
    return Candidate(
        question,
        answer,
        Rule.PAIR,
        tuple(alternates),
        place=block.place,
        reason=pair.reason,
        pair=pair,
    )
