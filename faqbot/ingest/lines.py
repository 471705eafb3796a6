"""Questions among the blocks below one heading, each with the blocks that answer it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from faqbot.ingest.blocks import Block, Kind, joined
from faqbot.ingest.boilerplate import is_furniture
from faqbot.ingest.candidates import Candidate, Rule
from faqbot.ingest.extraction.marked_questions import Asked, asked_in, without_answer_mark
from faqbot.ingest.markdown_text import one_line
from faqbot.ingest.question_forms import tidy_question

__all__ = ["Lines"]

_OFTEN = 0.3
_FEW = 2


@dataclass(slots=True)
class Lines:
    """The questions among the blocks of one body; *is_faq* says that a line's "?" is enough."""

    body: Sequence[Block]
    is_faq: bool
    loose: list[Block] = field(default_factory=list)
    unanswered: list[tuple[str, Block]] = field(default_factory=list)

    def candidates(self) -> Iterator[Candidate]:
        """Yield a candidate for each; `loose` and `unanswered` are known after the last."""
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
            elif not is_furniture(block.text):
                self.loose.append(block)
        yield from self._closed(question, answer)

    def _asked(self) -> list[Asked | None]:
        found = [asked_in(block) for block in self.body]
        lines = [each for each in found if each and each.question.endswith("?")]
        sure = [each for each in lines if each.sure]
        plain_ones = self.is_faq or len(lines) >= _FEW
        bold = [each for each in found if each and each.rule is Rule.BOLD_QUESTION]
        headings = (
            self.is_faq
            and bool(sure)
            and len([each for each in bold if each.sure]) >= _OFTEN * len(bold)
        )
        return [
            each
            if each
            and (
                each.sure
                or (each.rule is Rule.LINE_QUESTION and plain_ones)
                or (each.rule is Rule.BOLD_QUESTION and headings)
            )
            else None
            for each in found
        ]

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
    # What has an id was written as an entry, and says what it means to say.
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
