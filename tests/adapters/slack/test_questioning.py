"""What looks like a question, and what does not."""

from __future__ import annotations

import pytest

from faqbot_slack.handlers.ambient import looks_like_question


@pytest.mark.parametrize(
    "text",
    [
        "how do I reset my password",
        "Hi all, where can I park?",
        "hey folks - does anyone know the wifi password",
        "anyone know where the printer is",
        "I can't log in to the VPN",
        "My laptop is broken, what now?",
        "looking for the expense form",
        "what\N{RIGHT SINGLE QUOTATION MARK}s the wifi password",
        "Is the office open?",
        "no idea where it is. Who knows? Thanks!",
    ],
)
def test_questions(text: str) -> None:
    """A mark or the beginning tells a question, also behind a greeting."""
    assert looks_like_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "really?",
        "good morning everyone",
        "lol, nice weather today, see you all later",
        "the deploy is done",
        "see https://example.org/?q=what and be glad",
        "run `git log --grep=why?` and read on then",
        "I have reset your password for you",
        "thanks for the help",
        "how " * 100,
    ],
)
def test_no_questions(text: str) -> None:
    """Chit-chat, links, code, a word or two, and long stories are no questions."""
    assert not looks_like_question(text)


def test_odd_text_takes_no_time() -> None:
    """No text makes the look at it long: each is at most 2,000 characters."""
    for text in ("hi" + "." * 2000, "hi all " * 280, "anyone " + "x " * 990, "so " * 660):
        looks_like_question(text)
