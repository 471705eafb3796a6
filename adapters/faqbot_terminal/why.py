"""/why: how an answer was found, and what would have made the bot decline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot_terminal.parts import Facts, Note, Parts

if TYPE_CHECKING:
    from faqbot import Explanation, Match
    from faqbot_terminal.chat import Chat

__all__ = ["why"]

_OTHERS = 3
_LEAST_CONFIDENCE = 0.01  # below, it would be shown as 0%


def why(chat: Chat, question: str) -> Parts:
    """Return what the bot did with *question*; with none, with the question last typed."""
    if not question and not chat.asked and chat.conversation.last:
        return (Note("You picked that question by its number, so nothing had to be matched."),)
    asked = question or chat.asked
    if not asked:
        return (Note("Ask something first; /why then tells how its answer was found."),)
    explanation = chat.bot.explain(asked)
    rows = (("Question", asked), *_reading(explanation), *_matching(explanation))
    return (Facts(tuple(row for row in rows if row[1])), Note(explanation.reason))


def _reading(explanation: Explanation) -> tuple[tuple[str, str], ...]:
    return (
        ("Words", " ".join(explanation.words)),
        ("Corrected", _pairs(explanation.corrections, "read as")),
        ("Synonyms", _pairs(explanation.synonyms, "also read as")),
    )


def _pairs(pairs: tuple[tuple[str, str], ...], relation: str) -> str:
    return "; ".join(f"{typed}, {relation} {read}" for typed, read in pairs)


def _matching(explanation: Explanation) -> tuple[tuple[str, str], ...]:
    thresholds = explanation.thresholds
    levels = f"answers from {thresholds.answer:.0%}, offers choices from {thresholds.suggest:.0%}"
    return (*_best(explanation.answer.matches), ("Thresholds", levels))


def _best(matches: tuple[Match, ...]) -> tuple[tuple[str, str], ...]:
    if not matches:
        return (("Matched", "nothing"),)
    best, *others = matches
    near = (each for each in others[:_OTHERS] if each.confidence >= _LEAST_CONFIDENCE)
    also = (f"{each.entry.question} ({each.confidence:.0%})" for each in near)
    return (
        ("Matched", best.phrasing),
        ("Entry", f"{best.entry.question} ({best.entry.id})"),
        ("Score", f"{best.score:.3f}"),
        ("Confidence", f"{best.confidence:.0%}"),
        ("Also near", "; ".join(also)),
    )
