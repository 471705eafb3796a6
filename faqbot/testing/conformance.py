"""Conformance of an adapter: golden conversations through its driver."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from faqbot.bot import Bot
from faqbot.testing.driver import SentMessage, Shown
from faqbot.testing.golden import golden_bot, golden_conversations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faqbot.models import Answer
    from faqbot.testing.driver import Driver
    from faqbot.testing.golden import GoldenConversation, Step

# Schemes of addresses that a person may open from an answer.
_SAFE_SCHEMES = frozenset({"http", "https", "mailto"})
# Control characters, and marks that reverse the text around them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Characters of a shown text that a message of a failure quotes. Chosen by hand: a few lines.
_QUOTED = 300


@dataclass(frozen=True, slots=True)
class ConformanceResult:
    """Result of one golden conversation.

    It was skipped if capabilities are *missing*. *faults* are sentences, one for each difference.
    """

    name: str
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """True if the conversation was run, and nothing differs."""
        return not self.missing and not self.faults


class _CountingBot(Bot):
    """Bot that counts the questions that it is asked."""

    def __init__(self, other: Bot) -> None:
        self.adopt(other)
        self.asked = 0

    def ask(self, *arguments: Any, **named: Any) -> Answer:  # noqa: ANN401  arguments of `Bot.ask`
        """Count the question, and answer it."""
        self.asked += 1
        return super().ask(*arguments, **named)


def run_conversation(driver: Driver, conversation: GoldenConversation) -> ConformanceResult:
    """Run *conversation* through *driver* in a new place; return its result.

    Exceptions of the driver pass.
    """
    missing = [
        name for name in sorted(conversation.needs) if not getattr(driver.capabilities, name)
    ]
    if missing:
        return ConformanceResult(conversation.name, tuple(missing))
    bot = _CountingBot(golden_bot())
    driver.start(bot)
    try:
        faults = tuple(_ConversationRun(driver, bot).faults(conversation))
    finally:
        driver.stop()
    return ConformanceResult(conversation.name, (), faults)


def check_conformance(driver: Driver) -> tuple[ConformanceResult, ...]:
    """Run every golden conversation through *driver*.

    Return the results in their order.
    """
    return tuple(run_conversation(driver, each) for each in golden_conversations())


def assert_conforms(driver: Driver) -> None:
    """Run every golden conversation that the capabilities of *driver* allow.

    Raises AssertionError with a line for each difference.
    """
    results = check_conformance(driver)
    lines = [f"{each.name}: {fault}" for each in results for fault in each.faults]
    if lines:
        raise AssertionError("\n".join(("the adapter does not conform:", *lines)))


class _ConversationRun:
    """Run of one golden conversation: the driver, and the last message and reply."""

    def __init__(self, driver: Driver, bot: _CountingBot) -> None:
        self._driver = driver
        self._bot = bot
        self._message = SentMessage("")
        self._shown = Shown()
        self._rated: tuple[bool, ...] = ()

    def faults(self, conversation: GoldenConversation) -> Iterator[str]:
        """Yield a sentence for each difference, step by step."""
        for number, step in enumerate(conversation.steps, 1):
            for fault in self._step(step):
                yield f"step {number} ({step.kind} {step.value[:60]!r}): {fault}"

    def _step(self, step: Step) -> Iterator[str]:
        before, asked = self._shown, self._bot.asked
        shown = self._take(step)
        yield from self._invariants(step, shown)
        if step.kind == "repeat":
            yield from _repeated(before, shown, self._bot.asked - asked)
            return
        self._shown = shown
        if step.kind == "rate":
            self._rated = (*self._rated, step.helpful)
            if self._driver.ratings() != self._rated:
                yield f"the verdicts {self._rated} are expected, and {self._driver.ratings()} are kept"
        yield from _seen(step, shown)

    def _take(self, step: Step) -> Shown:
        """Carry out *step*; return everything that is shown for it."""
        match step.kind:
            case "say":
                self._message = SentMessage(step.value, step.person, step.thread, step.private)
                return self._driver.say(self._message)
            case "click":
                return self._driver.click(step.value, SentMessage("", step.person, step.thread))
            case "repeat":
                return self._driver.repeat()
            case "edit":
                return self._driver.edit(step.value)
            case "rate":
                return self._driver.rate(helpful=step.helpful)

    def _invariants(self, step: Step, shown: Shown) -> Iterator[str]:
        """Yield the faults that no reply may have."""
        longest = self._driver.capabilities.longest_message
        for text in (*shown.messages, *shown.buttons):
            for control in sorted(set(_CONTROLS.findall(text))):
                name = unicodedata.name(control, f"U+{ord(control):04X}")
                yield f"the control character {name} is shown"
        for text in shown.messages:
            if longest is not None and len(text) > longest:
                yield f"a message of {len(text)} characters is shown, and {longest} is the limit"
        for link in shown.links:
            if urlsplit(link).scheme.lower() not in _SAFE_SCHEMES:
                yield f"the address {link!r} can be opened; only http, https and mailto are safe"
        for part in shown.active:
            yield f"text of the question or the answer acts: {part!r}"
        if step.private and not shown.private:
            yield "the reply to a private message is shown to everybody"


def _repeated(before: Shown, shown: Shown, asked: int) -> Iterator[str]:
    if asked:
        yield "a repeated delivery asks the bot again"
    if shown not in (Shown(), before):
        yield f"a repeated delivery shows something else than the first: {shown.text[:_QUOTED]!r}"


def _seen(step: Step, shown: Shown) -> Iterator[str]:
    """Yield a sentence for each expected text that *shown* lacks, and for each forbidden text."""
    seen, rest = shown.text, shown.text
    for text in step.shows:
        _, found, after = rest.partition(text)
        if not found:
            where = "after the texts before it" if text in seen else "at all"
            yield f"{text!r} is not shown {where}, but {seen[:_QUOTED]!r}"
        rest = after if found else rest
    for question in step.offers:
        if question not in shown.buttons and question not in seen:
            yield f"{question!r} is not offered, but {shown.buttons} and {seen[:_QUOTED]!r}"
    for text in step.hides:
        if text in seen or text in shown.buttons:
            yield f"{text!r} is shown"
    for link in step.links:
        if link not in shown.links:
            yield f"{link!r} cannot be opened; the links are {shown.links}"
