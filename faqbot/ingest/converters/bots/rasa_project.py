"""Rasa project of one or several files: intents with examples, responses, and rules that connect them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from faqbot.ingest.blocks import Block, BlockLocation, Kind, Pair, left_out
from faqbot.ingest.columns import slug_of
from faqbot.ingest.converters.html import answer_of
from faqbot.ingest.markdown_text import one_line

_ENTITY = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\{[^{}]*\})")
_SLOT = re.compile(r"\{[A-Za-z_]\w*\}")
# Intents for courtesies and moves, which faqbot has itself, and for text outside of the subject.
_STEERING = re.compile(
    r"(?:greet(?:ings?)?|hello|hi|good_?bye|bye|thanks?(?:_?you)?|affirm(?:ative)?|deny|negative|yes|no|"
    r"(?:out_?of_?scope|chit_?chat|small_?talk|mood|trigger|default|session|nlu)(?:[/_].*)?|fallback|bot_?challenge|"
    r"stop|restart|cancel|back|insult|vulgar|how_?are_?you|handoff|human_handoff)",
    re.IGNORECASE,
)
_STEERS = "its intent steers the conversation, or is none of the bot's subjects: faqbot has courtesies of its own"
# Intents that a note names; chosen by hand.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RasaResponse:
    """Response of a bot: *text*, *image* address, and button *payloads*."""

    text: str
    image: str = ""
    payloads: tuple[str, ...] = ()


@dataclass(slots=True)
class RasaProject:
    """Project read so far: examples, responses, and rules by intent.

    *places* hold file and line of an intent; the file is "" for a project in a single file.
    """

    examples: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    responses: dict[str, list[RasaResponse]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)

    def add_examples(self, intent: str, texts: Iterator[str], place: tuple[str, int]) -> None:
        """Add examples of *intent*; entities in them become plain words."""
        bare = (one_line(_ENTITY.sub(r"\1", re.sub(r"^\s*[-*]\s+", "", text))) for text in texts)
        self.examples.setdefault(intent, []).extend(filter(None, bare))
        self.places.setdefault(intent, place)

    def blocks(self) -> Iterator[Block]:
        """Yield a pair per intent with a text response, notes on others."""
        unanswered, varied = [], 0
        for intent, examples in self.examples.items():
            variants = [each for each in self._variants(intent) if each.text]
            if _STEERING.fullmatch(intent):
                for text in (*examples, *(each.text for each in variants)):
                    yield left_out(text, _STEERS, self._place(intent))
                continue
            if not variants or not examples:
                unanswered.append(intent)
                continue
            varied += len(variants) > 1
            pair = self._pair(intent, examples, variants[0])
            yield Block(Kind.PAIR, examples[0], place=self._place(intent), pair=pair)
        if varied:
            yield Block(
                Kind.NOTE, f"only the first of several responses to an intent was kept: {varied}"
            )
        if unanswered:
            yield Block(Kind.NOTE, self._without_response(unanswered))

    def _place(self, intent: str) -> BlockLocation:
        file, line = self.places[intent]
        return BlockLocation(line, f"{file}, line" if file else "line")

    def _variants(self, intent: str) -> list[RasaResponse]:
        names = (
            f"utter_{intent}",
            self.rules.get(intent, ""),
            f"utter_{intent.removeprefix('ask_')}",
        )
        return next((self.responses[name] for name in names if name in self.responses), [])

    def _pair(self, intent: str, examples: list[str], response: RasaResponse) -> Pair:
        group, _, own = intent.rpartition("/")
        answer = answer_of(response.text)
        if response.image.startswith(("http://", "https://")):
            answer = f"{answer}\n\n[Image]({response.image})"
        return Pair(
            questions=tuple(dict.fromkeys(examples)),
            answer=answer,
            id=slug_of(own),
            source=self.places[intent][0],
            tags=(group,) if group else (),
            # Buttons lead to intents.
            follow_ups=tuple(
                slug_of(each[1:].partition("{")[0].rpartition("/")[2])
                for each in response.payloads
                if each.startswith("/")
            ),
            reason="Rasa filled in a part of the answer ({...})" if _SLOT.search(answer) else "",
        )

    def _without_response(self, intents: list[str]) -> str:
        shown = ", ".join(intents[:_SHOWN]) + (", ..." if intents[_SHOWN:] else "")
        count = "1 intent has" if len(intents) == 1 else f"{len(intents)} intents have"
        remedy = (
            ""
            if self.responses
            else "; the responses are in another file: import the files of the project together"
        )
        return f"{count} no response of text ({shown}){remedy}"
