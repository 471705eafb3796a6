"""Numbers of telephones and cards, and those that look like them."""

from __future__ import annotations

import pytest

from faqbot.store.redaction.accounts import is_card
from faqbot.store.redaction.phones import is_phone


@pytest.mark.parametrize(
    ("number", "called", "phone"),
    [
        ("+49 30 1234567", False, True),
        ("+1234567", False, False),  # too short to be dialled from abroad
        ("+012345678", False, False),  # no country begins with 0
        ("030 1234567", False, True),
        ("030\u2013123\u00a04567", False, True),
        ("01 23 45 67 89", False, True),
        ("01.02.2024 10", False, False),
        ("0.1234567890", False, False),
        ("555-2671", False, False),
        ("555-2671", True, True),
        ("2024-01-15", True, False),
        ("123456", True, False),
        ("1234567890123456", True, False),
    ],
)
def test_telephones(number: str, called: bool, phone: bool) -> None:  # noqa: FBT001  a column
    """The shape decides, and for plain digits the words before them."""
    assert is_phone(number, called=called) is phone


@pytest.mark.parametrize(
    ("number", "card"),
    [
        ("4111111111111111", True),
        ("4111111111111112", False),  # the check digit is wrong
        ("3782 822463 10005", True),
        ("4222222222222", True),
        ("41 11 11 11 11 11 11 11", False),  # no issuer prints pairs
        ("2020 2021 2022 2026", False),  # years, though the check digit is right
        ("9783161484100", False),
        ("1700000000005", False),
    ],
)
def test_cards(number: str, card: bool) -> None:  # noqa: FBT001  a column
    """The check digit decides, unless the number is of another kind."""
    assert is_card(number) is card
