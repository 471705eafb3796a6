"""What a person typed into Slack is read as the person sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.events.payloads import clean, names_others, names_user, plain_text

_BOT = "U0BOT"
_QUESTION = "how do I reset my password?"


@pytest.mark.parametrize(
    "typed",
    [
        f"<@U0BOT> {_QUESTION}",
        f"{_QUESTION} <@U0BOT>",
        f"<@U0BOT> <@U0BOT> {_QUESTION}",
        f"<@U0BOT|faqbot> {_QUESTION}",
        f"<@U0BOT>{_QUESTION}",
        f"<@U0BOT>: {_QUESTION}",
        f"<@U0BOT> - {_QUESTION}",
        f"<@U0BOT>\n{_QUESTION}\n",
        "<@U0BOT> how do I\n\treset   my\u200b password?",
    ],
)
def test_the_bot_s_mention_is_no_part_of_the_question(typed: str) -> None:
    """Wherever and however the bot is named, the question is the same."""
    assert plain_text(typed, _BOT) == _QUESTION


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ask <@U1|anna> or <@U2>", "ask @anna or"),
        ("see <#C1|general> and <#C2>", "see #general and"),
        (
            "<!subteam^S1|@it-help> <!subteam^S2> <!here> <!channel> <!everyone>",
            "@it-help @here @channel @everyone",
        ),
        ("<https://a.example/x?a=1&amp;b=2> is down", "https://a.example/x?a=1&b=2 is down"),
        ("<https://a.example|the wiki> is down", "the wiki is down"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("due <!date^1700000000^{date}|1 May>?", "due 1 May?"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;!channel&gt; &lt;@U0BOT&gt;", "<!channel> <@U0BOT>"),
        ("<>", ""),
        ("a < b", "a < b"),
        ("cafe\u0301", "café"),
        ("a\x00b\ud800c", "ab\ufffdc"),
        ("user\u202etxt\ufeff", "usertxt"),
    ],
)
def test_tokens_and_escapes_are_read_as_they_look(typed: str, read: str) -> None:
    """Labels are kept, bare ids dropped, and escapes undone once, after the tokens."""
    assert plain_text(typed, _BOT) == read


def test_a_question_has_an_end() -> None:
    """What is longer than a question can be is cut, also where it is all tokens."""
    assert len(plain_text("a" * 50_000, _BOT)) == 2_000
    assert plain_text("<@U0BOT>" * 50_000, _BOT) in {"", "<@U0BOT"[:8]}


def test_punctuation_at_the_start_stays_without_a_mention() -> None:
    """Only what stands between the bot's name and the question is dropped."""
    assert plain_text("- is this a list?", _BOT) == "- is this a list?"
    assert plain_text("<@U0BOT> ?", _BOT) == "?"


def test_who_is_named() -> None:
    """The bot, other people and groups are told apart, and typed angle brackets name nobody."""
    assert names_user("hi <@U0BOT|bot>", _BOT)
    assert not names_user("hi &lt;@U0BOT&gt; <@U0BOTS>", _BOT)
    assert names_others("<@U2> and <@U0BOT>", _BOT)
    assert names_others("<!here> lunch?", _BOT)
    assert names_others("<!subteam^S1>", _BOT)
    assert not names_others("<@U0BOT> is <#C1> up?", _BOT)


@given(st.text(alphabet=st.sampled_from("<>@#!|&;ampltgUB0OT \n\ud800"), max_size=80))
def test_any_text_is_read(typed: str) -> None:
    """No text is too odd: what comes out is one line that can be stored and sent."""
    read = plain_text(typed, _BOT)

    assert read == " ".join(read.split())
    assert read.encode() is not None
    assert clean(clean(typed)) == clean(typed)
