"""Search in a message of several parts: the entry that its best part finds, supported by the whole.

The whole message is looked up first. Where that leaves a doubt, each part and each pair of
neighbours is looked up. An entry is worth its highest confidence in one part, plus a share of its
confidence in the whole. The part that finds the best entry decides: its confidence and its doubts
are the answer's. Where a part asks, only the parts that ask decide. The others are mostly stories
and thanks, and "have a nice weekend" would find an entry about the weekend (benchmarks/README,
"Messages").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from faqbot.dialogue.policy import MAX_MATCHES
from faqbot.models import Match
from faqbot.retrieval import Retrieval

# Share of an entry's confidence in the whole message that is added to its confidence in a part. Without
# it, up to .006 more messages are answered wrong (benchmarks/README, "Messages", dev splits).
WHOLE_WEIGHT = 0.5
# Margin of a bound on a sum of probabilities, far above float64 errors. Chosen by hand.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class MessagePart:
    """A part of a message: its *text*, and whether it *asks* for something of its own."""

    text: str
    asks: bool


def search_parts(
    parts: Iterable[MessagePart], whole: Retrieval, retrieve: Callable[[str, float], Retrieval]
) -> Retrieval | None:
    """Return the matches of the part that finds the best entry, with that entry first.

    *whole* was found for the whole message. *retrieve* takes a part's text, and the least confidence with
    which its best match can win. None where no part finds anything. Only the best five matches of a part
    can win, however many are listed.
    """
    support = {match.entry.id: match.confidence for match in whole.matches[:MAX_MATCHES]}
    most = WHOLE_WEIGHT * max(support.values(), default=0.0) + ROUNDING
    best: tuple[float, int, Retrieval, int] | None = None
    known = [*parts]
    asking = [part for part in known if part.asks]
    for place, part in enumerate(asking or known):
        found = retrieve(part.text, 0.0 if best is None else best[0] - most)
        for number, match in enumerate(found.matches[:MAX_MATCHES]):
            worth = match.confidence + WHOLE_WEIGHT * support.get(match.entry.id, 0.0)
            if best is None or (worth, -place) > best[:2]:
                best = worth, -place, found, number
    return None if best is None else _led_by(*best[2:])


def with_pairs(parts: Sequence[MessagePart]) -> Iterator[MessagePart]:
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
