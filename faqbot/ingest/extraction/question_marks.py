"""Marks of questions and answers in text: "Q:" and "A:", bold and numbered lines, question marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.extraction.candidate_pairs import Rule
from faqbot.ingest.markdown_text import one_line, plain, unwrapped
from faqbot.ingest.question_forms import ends_as_question, is_question, tidy_question

_QUESTIONS = r"(?:Q|Question|Frage|FAQ|Pregunta|Domanda|Pergunta|Vraag|\u95ee|\u554f|\u95ee\u9898|\u8cea\u554f)"
_COLON = r"[:.)\uff1a]"
_MARK = rf"{_QUESTIONS}[ .]?\d{{0,3}}[*_]{{0,3}}\s*(?:{_COLON}[*_]{{0,3}}[ \t]+|\uff1a[*_]{{0,3}})"
_MARKED = re.compile(rf"(?:[*_]{{0,3}}|#{{1,6}} )?{_MARK}(\S.*)", re.DOTALL)
# A question and its mark in one emphasis, before the answer: "**Q: Is it free?** Yes."
_MARKED_EMPHASIZED = re.compile(
    rf"(?P<open>\*{{1,3}}|_{{1,3}}){_QUESTIONS}[ .]?\d{{0,3}}\s*+{_COLON}[ \t]*+"
    r"(?P<asked>(?:(?!(?P=open)).)+)(?P=open)",
    re.DOTALL,
)
MARKED_LINE = re.compile(rf"^(?:[*_]{{0,3}}){_MARK}\S", re.MULTILINE)
"""Start of a line with a question mark such as "Q:"."""

_ANSWERS = (
    r"(?i:Ans|Answer|Antwort|R\u00e9ponse|Respuesta|Risposta|Resposta|Antwoord|\u7b54|\u56de\u7b54)"
)
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
    rf"{_ANSWER_START}(?P<open>{_EMPHASIS}){_ANSWER_WORD}\s*(?:[:.)]\\?\s+|\uff1a\\?\s*)(?=\S)"
)
_ANSWER_ALONE = re.compile(
    rf"\s*(?:(?P<mark>\*\*|__){_ANSWERS}(?P=mark)|\#{{1,6}}\ {_ANSWERS})[ \t]*\\?\n\s*(?=\S)"
)
_ANSWER_BELOW = re.compile(
    rf"(?:\n[ \t]*|(?<=[?\uff1f])[*_]{{0,3}}[ \t]+)(?={_EMPHASIS}(?:{_ANSWERS}|A)[ .]?\d{{0,3}}{_EMPHASIS}\s*{_COLON})"
)
_SECOND_CHOICE = re.compile(rf"^[ \t]*{_EMPHASIS}[Bb]{_EMPHASIS}[.):]", re.MULTILINE)
_BOLD_START = re.compile(
    r"(?:\d{1,3}\\?[.)]\s+)?(\*\*\*|\*\*|\*|___|__|_)(?=[^\s*_])((?:(?!\1).)+?)(?<=\S)\1[ \t]*:?(?:\\|  )?(?=\s|$)",
    re.DOTALL,
)
# A number and a line after it; nested numbers are parts of a text.
_NUMBERED = re.compile(r"\d{1,3}\\?[.)][ \t]+(\S[^\n]*)")
_ESCAPED_BOLD = r"\*\*"
_STOP = re.compile(r"[.!:]\s+[A-Z]")
_ASKED_FIRST = re.compile(r"[?\uff1f][\"'\u2019\u201d)*_]{0,4}(?:[ \t]+|(?<=\uff1f))(?=\S)")
# Characters of a question in running text; chosen by hand.
_LONGEST = 250
# Words of a statement on a numbered line that is a question by its number; chosen by hand.
_FEW_WORDS = 20


class Mark(StrEnum):
    """Mark that a question shares with its siblings."""

    NONE = ""
    """No mark beside the words of the question."""
    BOLD = "bold line"
    """Bold text on lines of its own."""
    BOLD_START = "bold start"
    """Bold text before an answer on the same line."""
    NUMBER = "number"
    """Number before a line that stands alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Question found in a block by *rule*, with *rest* after it.

    If it is not *sure*, its siblings of the same *mark* decide.
    """

    question: str
    rest: Block | None
    rule: Rule
    sure: bool
    mark: Mark = Mark.NONE


def asked_in(block: Block) -> Asked | None:
    """Return the question at the start of a paragraph or item, or None."""
    if block.asks:
        return Asked(tidy_question(block.text), None, Rule.BOLD_QUESTION, sure=True)
    if block.kind is Kind.TEXT:
        return _in_text(block.text, block)
    if block.kind is Kind.ITEM:
        return _in_text(unwrapped(block.text), replace(block, kind=Kind.TEXT, level=0, tight=False))
    return None


def numbered(block: Block) -> Asked | None:
    """Return the text after a line's number as a question, or None."""
    found = _NUMBERED.fullmatch(block.text.strip()) if block.kind in _NUMBERED_KINDS else None
    if not found or len(found[1].split()) > _FEW_WORDS or found[1].endswith((":", ";", ",")):
        return None
    return _asked(found[1], "", block, Rule.LINE_QUESTION, sure=False, mark=Mark.NUMBER)


_NUMBERED_KINDS = frozenset({Kind.TEXT, Kind.ITEM})


def _in_text(text: str, block: Block) -> Asked | None:
    if text.startswith(_ESCAPED_BOLD):
        # Plain text with asterisks of Markdown.
        text = text.replace(_ESCAPED_BOLD, "**")
    if marked := _MARKED.match(text):
        return _after_mark(text, marked[1], block)
    if bold := _BOLD_START.match(text):
        found = _in_bold(text, bold, block)
        if found:
            return found
    first, _, rest = text.partition("\n")
    if rest and is_line_question(first.rstrip("\\ ")):
        return _asked(first.rstrip("\\ "), rest, block, Rule.LINE_QUESTION, sure=False)
    if is_line_question(one_line(text)):
        return _asked(text, "", block, Rule.LINE_QUESTION, sure=False)
    return None


def _after_mark(text: str, words: str, block: Block) -> Asked | None:
    """Return the question in *words* after a mark ("Q:")."""
    emphasized = _MARKED_EMPHASIZED.match(text)
    if emphasized and text[emphasized.end() :].strip():
        question, rest = emphasized["asked"], text[emphasized.end() :]
        return _asked(question, rest, block, Rule.LINE_QUESTION, sure=True)
    question, *answer = _ANSWER_BELOW.split(words, maxsplit=1)
    if not answer and ends_as_question(question.split("\n", 1)[0]):
        question, *answer = question.split("\n", 1)
    first = None if answer or ends_as_question(question) else _ASKED_FIRST.search(question)
    if first:
        question, answer = question[: first.end()].rstrip(), [question[first.end() :]]
    return _asked(question, "".join(answer), block, Rule.LINE_QUESTION, sure=True)


def _in_bold(text: str, bold: re.Match[str], block: Block) -> Asked | None:
    rest = text[bold.end() :]
    whole = not rest.strip() or rest.startswith("\n")
    asks = is_question(plain(bold[2])) and (
        ends_as_question(bold[2]) or not rest.strip() or rest.lstrip(" \t\\").startswith("\n")
    )
    if len(bold[1]) == 1 and not ends_as_question(bold[2]):
        return None
    if bold[2].rstrip().endswith(":") and not asks:
        return None
    mark = Mark.BOLD if whole else Mark.BOLD_START
    return _asked(bold[2], rest, block, Rule.BOLD_QUESTION, sure=asks, mark=mark)


def is_line_question(line: str) -> bool:
    """Return True if a *line* of Markdown is one sentence that ends in a question mark."""
    words = tidy_question(line)
    return (
        len(words) <= _LONGEST
        and ends_as_question(words)
        and not _STOP.search(words.replace("...", "\u2026"))
        and (words[:1].isupper() or not words[:1].isalpha() or is_question(words.rstrip("?")))
        and not line.lstrip().startswith((">", "|", "```", "<"))
    )


def _asked(
    question: str, rest: str, block: Block, rule: Rule, *, sure: bool, mark: Mark = Mark.NONE
) -> Asked | None:
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
    return Asked(words, left, rule, sure, mark)


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
