"""A proposal as an author reads it at 80 columns, and as a text to edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from textwrap import wrap

from faqbot.authoring.changes import Change
from faqbot.authoring.insights.proposals import Proposal, ProposalKind
from faqbot.authoring.insights.trials import Blamed, single
from faqbot.authoring.sentences import answered, on_one_line
from faqbot.models import KnowledgeBase

__all__ = ["editable", "edited", "proposal_lines", "worse_lines"]

_WIDTH = 80
_SHOWN = 3
_SCISSORS = "# ------------------------ >8 ------------------------"
_ABOVE_ALTERNATES = "# Above are the phrasings, one a line."
_ABOVE_ENTRY = """\
# Above are the phrasings, one a line; the first is the question that is shown.
# After an empty line comes the answer, in Markdown."""


def proposal_lines(proposal: Proposal, kb: KnowledgeBase, blamed: Blamed) -> Iterator[str]:
    """Yield what *proposal* adds to *kb*, why, and the tests that its *blamed* parts make worse."""
    if proposal.kind is ProposalKind.ALTERNATE:
        question = kb.by_id[proposal.entry].question
        yield from _wrapped(f"Other words for {proposal.entry}: {question}")
    else:
        yield f"A new entry, as a draft: {proposal.entry}"
    yield ""
    bad = {text for part in single(proposal) if part in blamed for text in part.questions}
    for question in proposal.questions:
        yield from _wrapped(question, "  ! " if question in bad else "  + ", "    ")
    if proposal.kind is ProposalKind.ENTRY:
        yield ""
        yield from _answer(proposal.answer)
    yield ""
    yield from _wrapped(proposal.because)
    for part in single(proposal):
        yield from worse_lines(blamed.get(part, ()), _condition(part, proposal))


def _condition(part: Proposal, whole: Proposal) -> str:
    """Return what makes tests worse, in words."""
    if part.kind is ProposalKind.ENTRY:
        return "once it is served"
    return "with this" if part == whole else f'with "{part.questions[0]}"'


def worse_lines(worse: Sequence[Change], condition: str) -> Iterator[str]:
    """Yield the tests that do *worse*, and how; *condition* says in words when."""
    if not worse:
        return
    tests = "A test does" if len(worse) == 1 else f"{len(worse)} tests do"
    yield from _wrapped(f"{tests} worse {condition}:")
    for change in worse[:_SHOWN]:
        before = answered(change.before) if change.before else "new"
        said = f'"{change.trial.ask}": {before}, now {answered(change.trial)}'
        yield from _wrapped(said, "  - ", "    ")
    if len(worse) > _SHOWN:
        yield f"  - and {len(worse) - _SHOWN} more"


def _answer(answer: str) -> Iterator[str]:
    if not answer:
        yield "  Its answer is still to be written."
    for line in answer.splitlines():
        yield from _wrapped(line, "  | ", "  | ") if line.strip() else ("  |",)


def _wrapped(text: str, first: str = "", others: str = "") -> Iterable[str]:
    return wrap(on_one_line(text), _WIDTH, initial_indent=first, subsequent_indent=others)


def editable(proposal: Proposal) -> str:
    """Return *proposal* as a text for an author to edit, with a note of how below it."""
    parts = ["\n".join(on_one_line(text) for text in proposal.questions)]
    note = _ABOVE_ALTERNATES
    if proposal.kind is ProposalKind.ENTRY:
        parts.append(proposal.answer)
        note = _ABOVE_ENTRY
    note = f"{_SCISSORS}\n{note}\n# Nothing from the line with the scissors on is kept."
    return "\n\n".join((*parts, note)) + "\n"


def edited(proposal: Proposal, text: str) -> Proposal | None:
    """Return *proposal* as *text*, edited from `editable`, has it; None where no phrasing is left."""
    kept = text.partition(_SCISSORS)[0].replace("\r\n", "\n").strip()
    if proposal.kind is ProposalKind.ALTERNATE:
        phrasings, answer = kept, proposal.answer
    else:
        phrasings, _, answer = kept.partition("\n\n")
    lines = dict.fromkeys(" ".join(line.split()) for line in phrasings.splitlines())
    questions = tuple(line for line in lines if line)
    return replace(proposal, questions=questions, answer=answer.strip("\n")) if questions else None
