"""Values are taken out of payloads whatever they are."""

from __future__ import annotations

import pytest

from faqbot_slack.events.payloads import at, mapping_at, text_at


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("a", "b"), "x"),
        (("a", "c", 0), 1),
        (("a", "c", 9), None),
        (("a", "c", "b"), None),
        (("a", 0), None),
        (("a", "b", 0), None),
        (("z",), None),
        ((), {"a": {"b": "x", "c": [1]}}),
    ],
)
def test_what_is_there_is_found(path: tuple[str | int, ...], found: object) -> None:
    """A path that leads nowhere leads to nothing, and not into a text."""
    assert at({"a": {"b": "x", "c": [1]}}, *path) == found


def test_what_is_of_another_kind_is_not_taken() -> None:
    """A number is no text, and a text no object."""
    assert (text_at({"a": 7}, "a"), text_at({"a": "7"}, "a"), text_at(None, "a")) == ("", "7", "")
    assert (mapping_at({"a": "7"}, "a"), mapping_at({"a": {"b": 1}}, "a")) == ({}, {"b": 1})
