"""Search in a message of several parts: the entry that its best part finds, supported by the whole.

The whole message is looked up first. Where that leaves a doubt, each part and each pair of neighbours
is looked up. An entry is worth its highest confidence in one part, plus a share of its confidence in
the whole. The part that finds the best entry decides: its confidence and its doubts are the answer's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from faqbot.dialogue.policy import MAX_MATCHES
from faqbot.models import Match
from faqbot.retrieval import Retrieval

# Share of an entry's confidence in the whole message that is added to its confidence in a part. Without
# it, up to .006 more messages are answered wrong (benchmarks/README, "Messages", dev splits).
WHOLE_WEIGHT = 0.5
# Extra worth of a part that is put as a question, as a probability. Chosen by hand; it changes at most one
# message in a hundred on the dev splits (benchmarks/README, "Messages").
QUESTION_BONUS = 0.1


@dataclass(frozen=True, slots=True)
class MessagePart:
    """A part of a message: its *text*, and whether it is put as a question."""

    text: str
    asks: bool


def search_parts(
    parts: Sequence[MessagePart], whole: Retrieval, retrieve: Callable[[str], Retrieval]
) -> Retrieval | None:
    """Return the matches of the part that finds the best entry, with that entry first.

    *whole* was found for the whole message. None where no part finds anything. Only the best five
    matches of a part can win, however many are listed.
    """
    support = {match.entry.id: match.confidence for match in whole.matches[:MAX_MATCHES]}
    best: tuple[float, Retrieval] | None = None
    for part in _with_pairs(parts):
        found = retrieve(part.text)
        bonus = QUESTION_BONUS if part.asks else 0.0
        for number, match in enumerate(found.matches[:MAX_MATCHES]):
            worth = match.confidence + WHOLE_WEIGHT * support.get(match.entry.id, 0.0) + bonus
            if best is None or worth > best[0]:
                best = worth, _led_by(found, number)
    return None if best is None else best[1]


def _with_pairs(parts: Sequence[MessagePart]) -> Iterator[MessagePart]:
    """Yield the parts, then each pair of neighbours as one part.

    Of two parts the pair is the whole.
    """
    yield from parts
    if len(parts) > 2:  # noqa: PLR2004  a pair is less than the whole
        for first, second in pairwise(parts):
            yield MessagePart(f"{first.text} {second.text}", first.asks or second.asks)


def _led_by(found: Retrieval, number: int) -> Retrieval:
    """Return *found* with its match *number* first.

    A match that was not the best has no answer.
    """
    if number == 0:
        return found
    led: tuple[Match, ...] = (
        found.matches[number],
        *found.matches[:number],
        *found.matches[number + 1 :],
    )
    return replace(found, matches=led, exact=())
