"""Text as Slack takes it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faqbot_slack.rendering.escaping import clean, escape, one_line, shorten, without_tokens


def test_what_reorders_a_line_is_left_out() -> None:
    """An answer reads as it was written; writing from right to left is kept."""
    assert clean("a\u202eb\u2066c \u05e9\u05dc\u05d5\u05dd") == "abc \u05e9\u05dc\u05d5\u05dd"


def test_half_a_character_is_marked() -> None:
    """A lone surrogate cannot be sent."""
    assert clean("a\ud800b\x00\x1b") == "a\ufffdb"


def test_joined_emoji_stay_one() -> None:
    """The joiner between two emoji has no width and a meaning."""
    assert clean("\U0001f9d1\u200d\U0001f4bb") == "\U0001f9d1\u200d\U0001f4bb"


def test_escapes_are_escaped_again() -> None:
    """Who types an escape sees an escape."""
    assert escape("<!channel> &lt;!here&gt;") == "&lt;!channel&gt; &amp;lt;!here&amp;gt;"


def test_a_token_is_broken_where_escapes_would_show() -> None:
    """And nothing else is touched."""
    assert without_tokens("<@U1> a < b <c> #d") == "<\u2060@U1> a < b <c> #d"


def test_a_name_that_calls_a_channel_is_broken_too() -> None:
    """In a sentence; not in an address."""
    assert escape("@here, @Channel and a@here.com") == "@\u2060here, @\u2060Channel and a@here.com"
    assert without_tokens("@everyone https://e.com/@here") == "@\u2060everyone https://e.com/@here"


def test_a_cut_falls_between_words() -> None:
    """Unless there is but one."""
    assert shorten("How do I reset\nmy password?", 20) == "How do I reset my…"
    assert shorten("a" * 30, 10) == "a" * 9 + "…"


@given(st.text(), st.integers(2, 80))
def test_a_short_line_is_one_line_that_fits(text: str, most: int) -> None:
    """Whatever it is made of."""
    short = shorten(text, most)
    assert len(short) <= most
    assert one_line(short) == short
