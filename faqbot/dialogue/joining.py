"""Several answers joined to one, with the outcome of the worst."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import shorten

from faqbot.dialogue.turn import Turn
from faqbot.models import Answer, Outcome, Reason

# Questions of one message that are answered. Chosen by hand: more fill a screen.
MAX_JOINED_ANSWERS = 3
# Longest quotation, in characters, of a question that has no answer. Chosen by hand: one line.
MAX_QUOTE_CHARS = 100
# Order of outcomes in an answer to several questions: the worst part decides. Choices come last, as
# they need a reply.
_SEVERITY = {Outcome.ANSWERED: 0, Outcome.UNANSWERED: 1, Outcome.AMBIGUOUS: 2}
# Characters with a meaning in Markdown, which are escaped in a quotation.
_MARKUP = re.compile(r"[\\`*_~|\[\]<>#]")


def join_answers(turn: Turn, parts: Sequence[Answer], *, more: bool) -> Answer:
    """Join *parts* to one answer, with the outcome of the worst."""
    worst = max(parts, key=lambda part: _SEVERITY[part.outcome])
    texts = [_part_text(turn, part, open_choices=part is worst) for part in parts]
    texts += [turn.engine.manners.words("too-many")] if more else []
    return Answer(
        turn.question,
        worst.outcome,
        min(part.confidence for part in parts),
        "\n\n".join(texts),
        tuple(part.matches[0] for part in parts if part.matches),
        worst.choices,
        () if worst.choices else parts[-1].follow_ups,
        parts=tuple(parts),
        reason=Reason.SEVERAL,
        lead="" if worst.choices else parts[-1].lead,
    )


def _part_text(turn: Turn, part: Answer, *, open_choices: bool) -> str:
    if part.repeated:
        return part.text
    if part.entry is not None:
        return f"**{part.entry.question}**\n\n{part.text}"
    if part.outcome is Outcome.AMBIGUOUS and open_choices:
        return part.text
    asked = shorten(part.question.text, MAX_QUOTE_CHARS, placeholder="…")
    return turn.engine.manners.words("unanswered-part", _MARKUP.sub(r"\\\g<0>", asked))
