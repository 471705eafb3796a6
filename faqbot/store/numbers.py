"""Telling numbers of telephones and cards from dates, versions, amounts and the like."""

from __future__ import annotations

import re

__all__ = ["is_card", "is_phone"]

_DATE = re.compile(
    r"(?<!\d)(?:[12]\d{3}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:[12]\d{3}|\d\d))(?!\d)"
)
_NORTH_AMERICAN = re.compile(r"(?:1[ .-])?\(?[2-9]\d\d\)?[ .-]?[ ]?\d{3}[ .-]\d{4}")
_IN_PAIRS = re.compile(r"0\d(?:[ .-]?\d\d){4}")
_FEWEST, _MOST = 7, 15  # digits; the most are those of E.164
_FEWEST_ABROAD, _FEWEST_AT_HOME = 8, 9
_YEAR = re.compile(r"1\d{3}|20\d\d|21\d\d")
_CARD_GROUP = 4


def is_phone(number: str, *, called: bool) -> bool:
    """Tell whether *number*, of digits and what stands between them, is a telephone's.

    *called* says that the words before it speak of one: then any grouping will do.
    """
    number = re.sub("[\u00a0\u2009]", " ", re.sub("[\u2010-\u2013]", "-", number)).strip()
    digits = re.sub(r"\D", "", number)
    if not _FEWEST <= len(digits) <= _MOST:
        return False
    if number.startswith("+"):
        return len(digits) >= _FEWEST_ABROAD and digits[0] != "0"
    if _NORTH_AMERICAN.fullmatch(number) or _IN_PAIRS.fullmatch(number):
        return True
    if _DATE.search(number):
        return False
    if called:
        return True
    return (
        number.startswith(("0", "(0"))
        and not number.startswith("0.")
        and (len(digits) >= _FEWEST_AT_HOME)
    )


def is_card(number: str) -> bool:
    """Tell whether *number*, of 13 to 19 digits, is that of a bank card: its check digit is right."""
    groups = re.split(r"\D", number)
    digits = "".join(groups)
    if len(groups) > 1 and any(len(group) < _CARD_GROUP for group in groups[:-1]):
        return False
    if len(groups) > 1 and all(_YEAR.fullmatch(group) for group in groups):
        return False
    if re.match(
        r"97[89]\d{10}\Z|1[4-9]\d{11}\Z", digits
    ):  # a book's number, a time in milliseconds
        return False
    return _check_sum(digits) % 10 == 0


def _check_sum(digits: str) -> int:
    """Return Luhn's sum: every second digit from the right doubled, and the digits of all added up."""
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return sum(map(int, digits[-1::-2])) + sum(doubled)
