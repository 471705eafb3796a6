"""Golden conversations: one transcript comes out the same through every way to ask."""

from __future__ import annotations

import io
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from faqbot import Answer, Bot, Conversation, bundled_path, load_adapter

if TYPE_CHECKING:
    from collections.abc import Callable

_GOLDEN: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("conversations").joinpath("golden.yaml").read_text(encoding="utf-8")
)


@cache
def _bot() -> Bot:
    return Bot.from_file(bundled_path(), "none", cache=False)


class _Witness(Bot):
    """A bot that keeps every answer it gives."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.adopt(_bot())

    def ask(self, *arguments: Any, **named: Any) -> Answer:  # noqa: ANN401  whatever a bot takes
        """Answer, and keep the answer."""
        self.answers.append(super().ask(*arguments, **named))
        return self.answers[-1]


def _ask_in_python(bot: Bot, lines: list[str], _: pytest.MonkeyPatch) -> None:
    conversation = Conversation()
    for line in lines:
        bot.ask(line, conversation)


def _ask_in_terminal(bot: Bot, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "".join(f"{line}\n" for line in lines)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    load_adapter("terminal").run(bot)


def _outcome(answer: Answer) -> dict[str, object]:
    return {
        "outcome": answer.outcome.value,
        "entry": answer.entry.id if answer.entry else None,
        "choices": len(answer.choices),
        "picked": answer.picked_for is not None,
        "manners": answer.manners,
        "repeated": answer.repeated,
        "parts": [part.entry.id if part.entry else None for part in answer.parts],
    }


@pytest.mark.parametrize("ask", [_ask_in_python, _ask_in_terminal])
@pytest.mark.parametrize("golden", _GOLDEN, ids=lambda golden: str(golden["name"]))
def test_a_transcript_comes_out_as_written(
    golden: dict[str, Any],
    ask: Callable[[Bot, list[str], pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each turn has the outcome that is written beside it, whichever way it came."""
    bot = _Witness()
    ask(bot, [turn["say"] for turn in golden["turns"]], monkeypatch)

    expected = [{k: v for k, v in turn.items() if k != "say"} for turn in golden["turns"]]
    got = [_outcome(answer) for answer in bot.answers]
    assert [
        {name: outcome[name] for name in turn} for turn, outcome in zip(expected, got, strict=True)
    ] == expected
