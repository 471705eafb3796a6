"""Questions among paragraphs and list items, with the blocks that answer them.

Recognized are bold questions, ``Q:`` lines, and lines that end in "?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from faqbot.ingest.blocks import Block, Kind, joined
from faqbot.ingest.boilerplate import is_boilerplate
from faqbot.ingest.extraction.candidate_pairs import Candidate, Rule
from faqbot.ingest.markdown_text import one_line, plain
from faqbot.ingest.question_forms import ends_as_question, is_question, tidy_question

_MARKED = re.compile(
    r"(?:[*_]{0,3}|#{1,6} )?(?:Q|Question|Frage|FAQ)[ .]?\d{0,3}[*_]{0,3}\s*[:.)][*_]{0,3}[ \t]+(\S.*)",
    re.DOTALL,
)
_MARKED_LINE = re.compile(
    r"^(?:[*_]{0,3})(?:Q|Question|Frage)[ .]?\d{0,3}[*_]{0,3}\s*[:.)][*_]{0,3}[ \t]+\S",
    re.MULTILINE,
)
_ANSWERS = r"(?i:Ans|Answer|Antwort|R\u00e9ponse|Respuesta|Risposta|Resposta|Antwoord)"
_EMPHASIS = r"(?:\\?[*_]){0,3}"
_ANSWER_WORD = rf"(?:(?P<word>{_ANSWERS})|[Aa])(?:[ .]?\d{{1,3}})?"
_ANSWER_START = r"\s*(?:#{1,6} )?"
# Mark of an answer in its own emphasis: "**A:** ", "**A**: ".
_ANSWER_MARK_EMPHASIZED = re.compile(
    rf"{_ANSWER_START}(?P<open>(?:\\?[*_]){{1,3}}){_ANSWER_WORD}"
    rf"(?:(?P=open)\s*[:.)\uff1a]|[:.)\uff1a][ \t]?(?P=open))\\?\s*"
)
# ... and at the start of text, which may be emphasized: "A: ", "**A: text**".
_ANSWER_MARK = re.compile(
    rf"{_ANSWER_START}(?P<open>{_EMPHASIS}){_ANSWER_WORD}\s*[:.)\uff1a]\\?\s+(?=\S)"
)
_ANSWER_ALONE = re.compile(
    rf"\s*(?:(?P<mark>\*\*|__){_ANSWERS}(?P=mark)|\#{{1,6}}\ {_ANSWERS})[ \t]*\\?\n\s*(?=\S)"
)
_ANSWER_BELOW = re.compile(
    rf"\n[ \t]*(?={_EMPHASIS}(?:{_ANSWERS}|A)[ .]?\d{{0,3}}{_EMPHASIS}\s*[:.)])"
)
_SECOND_CHOICE = re.compile(rf"^[ \t]*{_EMPHASIS}[Bb]{_EMPHASIS}[.):]", re.MULTILINE)
_BOLD_START = re.compile(
    r"(?:\d{1,3}[.)]\s+)?(\*\*|__)(?=\S)((?:(?!\1).)+?)(?<=\S)\1[ \t]*:?(?:\\|  )?(?=\s|$)",
    re.DOTALL,
)
_ITEM = re.compile(r"^(\s*(?:[-*+]|\d{1,9}[.)])[ \t]+)(?:\[[ xX]\][ \t]+)?")
_ESCAPED_BOLD = r"\*\*"
_STOP = re.compile(r"[.!:]\s+[A-Z]")
# Characters of a question in running text; chosen by hand.
_LONGEST = 250
# Share of bold lines, 0 to 1, that must ask before other bold lines count too; chosen by hand.
_OFTEN = 0.3
# Lines with "?" below a heading from which they are questions outside a FAQ; chosen by hand.
_FEW = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """Question in a block, found by *rule*; *rest* is the text after it."""

    question: str
    rest: Block | None
    rule: Rule
    sure: bool


def asked_in(block: Block) -> Asked | None:
    """Return the question at the start of a paragraph or item, or None."""
    if block.kind is Kind.TEXT:
        return _in_text(block.text, block)
    if block.kind is Kind.ITEM:
        inner = _unwrapped(block.text)
        return _in_text(inner, replace(block, kind=Kind.TEXT, level=0, tight=False))
    return None


def _in_text(text: str, block: Block) -> Asked | None:
    if text.startswith(_ESCAPED_BOLD):
        # Plain text with asterisks of Markdown.
        text = text.replace(_ESCAPED_BOLD, "**")
    marked = _MARKED.match(text)
    if marked:
        question, *answer = _ANSWER_BELOW.split(marked[1], maxsplit=1)
        if not answer and ends_as_question(question.split("\n", 1)[0]):
            question, *answer = question.split("\n", 1)
        return _asked(question, "".join(answer), block, Rule.LINE_QUESTION, sure=True)
    bold = _BOLD_START.match(text)
    if bold:
        rest = text[bold.end() :]
        asks = is_question(plain(bold[2])) and (
            ends_as_question(bold[2]) or not rest.strip() or rest.lstrip(" \t\\").startswith("\n")
        )
        whole = not rest.strip() or rest.startswith("\n")
        if asks or whole:
            return _asked(bold[2], rest, block, Rule.BOLD_QUESTION, sure=asks)
    first, _, rest = text.partition("\n")
    if rest and _is_line_question(first):
        return _asked(first.rstrip("\\ "), rest, block, Rule.LINE_QUESTION, sure=False)
    if _is_line_question(one_line(text)):
        return _asked(text, "", block, Rule.LINE_QUESTION, sure=False)
    return None


def _is_line_question(line: str) -> bool:
    words = tidy_question(line)
    return (
        len(words) <= _LONGEST
        and ends_as_question(words)
        and not _STOP.search(words.replace("...", "\u2026"))
        and (words[:1].isupper() or not words[:1].isalpha() or is_question(words.rstrip("?")))
        and not line.lstrip().startswith((">", "|", "```", "<"))
    )


def _asked(question: str, rest: str, block: Block, rule: Rule, *, sure: bool) -> Asked | None:
    # Bold that began before the mark of a question ends here.
    if question.count("**") % 2:
        question = question.replace("**", "", 1)
    words = tidy_question(question)
    if not words or len(words) > 2 * _LONGEST:
        return None
    after = (
        without_answer_mark(rest.strip("\n").lstrip(" \\").strip("\n"))
        if rest.strip(" \\\n")
        else ""
    )
    left = replace(block, text=after) if after else None
    return Asked(words, left, rule, sure)


def split_at_marks(block: Block) -> Iterator[Block]:
    """Yield each question of a paragraph with several "Q:" lines as a block."""
    starts = [found.start() for found in _MARKED_LINE.finditer(block.text)]
    if len(starts) <= 1:
        yield block
        return
    for start, end in zip([0, *starts[1:]], [*starts[1:], len(block.text)], strict=True):
        number = block.place.number + block.text.count("\n", 0, start)
        place = replace(block.place, number=number) if block.place.number else block.place
        yield replace(block, text=block.text[start:end].strip("\n"), place=place)


def without_answer_mark(text: str, *, may_be_initial: bool = True) -> str:
    """Return an answer without a leading mark, such as "A:" or "**Answer:**".

    Emphasis that closes with the mark is removed; emphasis that holds further text stays. "A." may be
    the initial of a name: it is a mark only if *may_be_initial*.
    """
    alone = _ANSWER_ALONE.match(text)
    if alone:
        return text[alone.end() :]
    found = _ANSWER_MARK_EMPHASIZED.match(text)
    kept = ""
    if not found:
        found = _ANSWER_MARK.match(text)
        kept = found["open"] if found else ""
        if found and not may_be_initial and not found["word"] and ":" not in found[0]:
            return text
    # "A)" before a "B)" is the first of several choices.
    if not found or not (found["word"] or not _SECOND_CHOICE.search(text)):
        return text
    return kept + text[found.end() :]


def _unwrapped(item: str) -> str:
    """Return the content of a list item, without its mark and indentation."""
    mark = _ITEM.match(item)
    width = len(mark[1]) if mark else 0
    first, *others = item.split("\n")
    rest = [line[min(width, len(line) - len(line.lstrip())) :] for line in others]
    return "\n".join([first[mark.end() if mark else 0 :], *rest])


@dataclass(slots=True)
class BodyQuestions:
    """Questions among the blocks of one body.

    If *is_faq*, a line that ends in "?" is a question.
    """

    body: Sequence[Block]
    is_faq: bool
    loose: list[Block] = field(default_factory=list)
    unanswered: list[tuple[str, Block]] = field(default_factory=list)

    def candidates(self) -> Iterator[Candidate]:
        """Yield a candidate for each question; then `loose` and `unanswered` are complete."""
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
        found = [asked_in(block) for block in self.body]
        lines = [each for each in found if each and ends_as_question(each.question)]
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
