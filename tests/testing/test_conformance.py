"""Conformance kit: adapters pass the golden conversations, and a wrong adapter does not."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from faqbot.testing import (
    Capabilities,
    Driver,
    GoldenConversation,
    SentMessage,
    Shown,
    Step,
    assert_conforms,
    check_conformance,
    golden_conversations,
    run_conversation,
)
from tests.testing.plain_driver import PlainDriver

if TYPE_CHECKING:
    from collections.abc import Callable

_CONVERSATIONS = golden_conversations()
_BY_NAME = {each.name: each for each in _CONVERSATIONS}


def _terminal() -> Driver:
    from tests.testing.terminal_driver import TerminalDriver

    return TerminalDriver()


def _slack() -> Driver:
    pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
    from tests.testing.slack_driver import SlackDriver

    return SlackDriver()


def _of_web(name: str) -> Callable[[], Driver]:
    """Return a function that makes the driver *name* of `web_drivers`."""

    def make() -> Driver:
        pytest.importorskip("fastapi", reason="the extra `web` is not installed")
        pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
        from tests.testing import web_drivers

        driver: Driver = getattr(web_drivers, name)()
        return driver

    return make


_DRIVERS: dict[str, Callable[[], Driver]] = {
    "python": PlainDriver,
    "terminal": _terminal,
    "slack": _slack,
    **{name: _of_web(f"{name}Driver") for name in ("Http", "OpenAi", "Rasa", "Azure", "Mcp")},
}


@pytest.mark.parametrize("make", _DRIVERS.values(), ids=_DRIVERS)
@pytest.mark.parametrize("conversation", _CONVERSATIONS, ids=lambda each: str(each.name))
def test_our_adapters_pass_each_golden_conversation(
    conversation: GoldenConversation, make: Callable[[], Driver]
) -> None:
    """Each way to ask shows the expected texts, or lacks a capability that it declares."""
    assert run_conversation(make(), conversation).faults == ()


def test_every_need_is_a_capability() -> None:
    """A golden conversation needs only capabilities that an adapter can declare."""
    known = {field.name for field in fields(Capabilities)}

    assert {need for each in _CONVERSATIONS for need in each.needs} <= known


def test_a_conversation_is_skipped_without_its_capability() -> None:
    """The result names the missing capability, and has not passed."""
    result = run_conversation(PlainDriver(), _BY_NAME["a choice is picked by its button"])

    assert (result.missing, result.faults, result.passed) == (("buttons",), (), False)


class _Changed(PlainDriver):
    """Driver whose replies are changed by a function."""

    def __init__(self, change: Callable[[Shown], Shown]) -> None:
        self.change = change

    def say(self, message: SentMessage) -> Shown:
        """Change the reply of the bot."""
        return self.change(super().say(message))


_WRONG: list[tuple[str, str, Callable[[Shown], Shown]]] = [
    ("a question is answered", "not shown", lambda _: Shown()),
    (
        "a question is answered",
        "control character",
        lambda s: replace(s, messages=("\x1b[2J", *s.messages)),
    ),
    ("a question is answered", "RIGHT-TO-LEFT OVERRIDE", lambda s: replace(s, buttons=("\u202e",))),
    (
        "a question is answered",
        "can be opened",
        lambda s: replace(s, links=("javascript:alert(1)",)),
    ),
    ("a question is answered", "acts", lambda s: replace(s, active=("<script>",))),
    ("a choice is picked by its number", "not offered", lambda s: Shown((s.text[:12],))),
    (
        "a choice is picked by its number",
        "is shown",
        lambda s: Shown((f"{s.text} Show the old card",)),
    ),
    (
        "several questions in a message are all answered",
        "after the texts before it",
        lambda s: Shown((" ".join(reversed(s.text.split("**"))),)),
    ),
]


@pytest.mark.parametrize(
    ("name", "fault", "change"), _WRONG, ids=lambda each: each[:40] if isinstance(each, str) else ""
)
def test_a_wrong_reply_is_a_fault(name: str, fault: str, change: Callable[[Shown], Shown]) -> None:
    """A missing text, a forbidden text and an unsafe part are each named."""
    result = run_conversation(_Changed(change), _BY_NAME[name])

    assert fault in " ".join(result.faults)


def test_a_message_above_the_declared_limit_is_a_fault() -> None:
    """The long answer must be divided where the place limits a message."""
    driver = PlainDriver()
    driver.capabilities = replace(driver.capabilities, longest_message=4000)

    result = run_conversation(driver, _BY_NAME["a very long answer arrives whole and in order"])
    assert "4000 is the limit" in " ".join(result.faults)


def test_a_shared_conversation_is_a_fault() -> None:
    """Two people with one conversation pick from each other's choices."""

    class Shared(PlainDriver):
        def say(self, message: SentMessage) -> Shown:
            return super().say(replace(message, person="ann", thread="first"))

    for name in ("two people do not share choices", "two threads do not share choices"):
        assert run_conversation(Shared(), _BY_NAME[name]).faults


class _Repeating(PlainDriver):
    """Driver that asks the bot again for each repeated delivery, and loses verdicts."""

    capabilities = Capabilities(
        rendering=False, redelivery=True, feedback=True, edits=True, private_replies=True
    )

    def say(self, message: SentMessage) -> Shown:
        """Keep the message."""
        self.said = message
        return super().say(message)

    def repeat(self) -> Shown:
        """Ask again."""
        return self.say(self.said)

    def edit(self, text: str) -> Shown:
        """Ignore the edit."""
        return Shown((text,))

    def rate(self, *, helpful: bool) -> Shown:
        """Forget the verdict."""
        return Shown((str(helpful),))

    def ratings(self) -> tuple[bool, ...]:
        """Return no verdict."""
        return ()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("a repeated delivery is answered once", "asks the bot again"),
        ("an edited message is answered again", "not shown"),
        ("a verdict on an answer is kept", "are kept"),
        ("a private question is answered in private", "shown to everybody"),
    ],
)
def test_a_capability_that_is_only_declared_is_a_fault(name: str, fault: str) -> None:
    """An adapter must do the things that it declares."""
    assert fault in " ".join(run_conversation(_Repeating(), _BY_NAME[name]).faults)


def test_a_driver_without_a_needed_method_says_so() -> None:
    """Each optional method names the capability that needs it."""
    driver = PlainDriver()
    driver.capabilities = Capabilities(buttons=True)

    with pytest.raises(NotImplementedError, match="buttons needs a method click"):
        check_conformance(driver)


def test_the_assertion_names_each_difference() -> None:
    """The message has a line for each fault, with its conversation and step."""
    with pytest.raises(AssertionError) as raised:
        assert_conforms(_Changed(lambda _: Shown(("nothing",))))

    assert "a question is answered: step 1 (say 'When is the library open?')" in str(raised.value)


def test_the_place_is_closed_after_a_fault() -> None:
    """A driver is stopped also if a step raises."""

    class Broken(PlainDriver):
        stopped = False

        def say(self, message: SentMessage) -> Shown:
            raise ConnectionError(message.text)

        def stop(self) -> None:
            self.stopped = True

    driver = Broken()
    with pytest.raises(ConnectionError):
        run_conversation(driver, _CONVERSATIONS[0])

    assert driver.stopped


def test_a_step_is_read_from_its_data() -> None:
    """The first key is the kind, lists become tuples, and a text is repeated."""
    step = Step.read({"say": "ab", "times": 2, "shows": ["x"], "person": "bob"})

    assert step == Step("say", "abab", person="bob", shows=("x",))
    assert Step.read({"rate": True}).helpful
    assert not Step.read({"rate": False}).helpful
