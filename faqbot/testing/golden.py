"""Golden conversations and their knowledge base, from files of the package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, cast

import yaml

from faqbot.bot import Bot
from faqbot.kb import load_knowledge_base
from faqbot.models import Entry, KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

StepKind = Literal["say", "click", "repeat", "edit", "rate"]

# Rules in the very long answer: about 10,000 characters. The places with a limit take 2,000 to 4,000
# characters in one message.
_RULES = 110
# Characters that no place may pass on: an escape sequence, a bell and a mark that reverses the text.
_CONTROLS = "\x1b[31mred\x1b[0m \x07 \u202ereversed\u202c"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a golden conversation, and the texts that must be seen after it.

    *value* is the text of "say" and "edit", and the label of "click". *helpful* is the verdict of
    "rate". *shows* are texts in the order of the reply. *offers* are questions on buttons or in the
    text, and *links* are addresses. *hides* are texts that must not be there.
    """

    kind: StepKind
    value: str = ""
    helpful: bool = False
    person: str = "ann"
    thread: str = "first"
    private: bool = False
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Step:
        """Return the step that *data* of the file describes."""
        kind = cast("StepKind", next(iter(data)))
        value = data[kind]
        return cls(
            kind,
            value * data.get("times", 1) if isinstance(value, str) else "",
            helpful=value is True,
            person=data.get("person", "ann"),
            thread=data.get("thread", "first"),
            private=data.get("private", False),
            shows=tuple(data.get("shows", ())),
            hides=tuple(data.get("hides", ())),
            offers=tuple(data.get("offers", ())),
            links=tuple(data.get("links", ())),
        )


@dataclass(frozen=True, slots=True)
class GoldenConversation:
    """Golden conversation: name, needed capabilities, and steps."""

    name: str
    steps: tuple[Step, ...]
    needs: frozenset[str] = frozenset()


@cache
def golden_conversations() -> tuple[GoldenConversation, ...]:
    """Return the golden conversations, in the order of the file."""
    return tuple(
        GoldenConversation(
            each["name"],
            tuple(Step.read(step) for step in each["steps"]),
            frozenset(each.get("needs", ())),
        )
        for each in yaml.safe_load(_file("conversations.yaml").read_text(encoding="utf-8"))
    )


@cache
def golden_bot() -> Bot:
    """Return the bot of the golden conversations: a small knowledge base, without an encoder."""
    kb = load_knowledge_base(str(_file("knowledge_base.yaml")))
    entries = (*kb.entries, _long_entry(), _hostile_entry())
    made = KnowledgeBase(entries, kb.title, kb.language, contact=kb.contact)
    return Bot.from_knowledge_base(made, "none", cache=False)


def _file(name: str) -> Traversable:
    return files("faqbot.testing") / name


def _long_entry() -> Entry:
    rules = (
        f"Rule {n} of {_RULES}: please keep this rule, number {n}, as all others, and its reasons in "
        f"mind."
        for n in range(1, _RULES + 1)
    )
    return Entry("house-rules", "What are the house rules?", "\n\n".join(rules))


def _hostile_entry() -> Entry:
    answer = (
        "Type a word. <script>alert(1)</script> <img src=x onerror=alert(1)> <!channel> <!everyone> <@U01> "
        "@everyone @here [press](javascript:alert(1)) [open](data:text/html,<script>alert(1)</script>) "
        f"![picture](javascript:alert(2)) <javascript:alert(3)> {_CONTROLS}\n\n"
        "The catalogue answers."
    )
    return Entry("catalogue", "How does the catalogue search work?", answer)
