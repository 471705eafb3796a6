"""Telling numbers of telephones and cards from dates, versions, amounts and the like."""

from __future__ import annotations

import re

__all__ = ["is_card", "is_phone", "mark_cards", "mark_phones"]

_DATE = re.compile(
    r"(?<!\d)(?:[12]\d{3}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:[12]\d{3}|\d\d))(?!\d)"
)
_NORTH_AMERICAN = re.compile(r"(?:1[ .-])?\(?[2-9]\d\d\)?[ .-]?[ ]?\d{3}[ .-]\d{4}")
_IN_PAIRS = re.compile(r"0\d(?P<between>[ .-]?)\d\d(?:(?P=between)\d\d){3}")
_FEWEST, _MOST = 7, 15  # digits; the most are those of E.164
_FEWEST_ABROAD, _FEWEST_AT_HOME = 8, 9
_YEAR = re.compile(r"1\d{3}|20\d\d|21\d\d")
_CARD_GROUP = 4
_CARD_LENGTHS = range(13, 20)
_SPACE = re.compile("([ \u00a0\u2009]+)")
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:[ .\u00a0\u2009]\d{3})+")
_BEGINS = re.compile(r"\+|\(?0\d\d")  # how a number begins that stands after another


def mark_phones(numbers: str, *, called: bool) -> str:
    """Return *numbers*, which nothing but space divides, with a mark for each that is a telephone's."""
    if is_phone(numbers, called=called) and not _AMOUNT.fullmatch(numbers):
        return "[phone]"
    parts = _SPACE.split(numbers)  # numbers and spaces by turns
    if len(parts) == 1 or _AMOUNT.fullmatch(numbers):
        return numbers
    marked, place, begins = "", 0, True
    while place < len(parts):
        begins = begins or _BEGINS.match(parts[place]) is not None
        end = _phone_end(parts, place, called=called) if begins else place
        if end > place:
            marked += "[phone]" + "".join(parts[end : end + 1])
        else:
            begins = _DATE.fullmatch(parts[place]) is not None
            marked += "".join(parts[place : place + 2])
            end = place + 1
        place = end + 1
    return marked


def _phone_end(parts: list[str], start: int, *, called: bool) -> int:
    """Return where the telephone number ends that begins at *start*; *start* when there is none."""
    last = len(parts)
    following = [end for end in range(start + 2, last, 2) if _BEGINS.match(parts[end])]
    ends: list[int] = [place - 1 for place in following[:1]]
    ends += range(last, start, -2)
    for end in ends:
        if is_phone("".join(parts[start:end]), called=called):
            return end
    return start


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


def mark_cards(numbers: str) -> str:
    """Return *numbers* with a mark for each that is a card's, whatever stands beside it."""
    parts = re.split("([ \u00a0-])", numbers)  # groups of digits and what divides them, by turns
    for start in range(0, len(parts), 2):
        for end in range(len(parts), start, -2):
            if is_card("".join(parts[start:end])):
                rest = mark_cards("".join(parts[end:]))
                return "".join(parts[:start]) + "[card]" + rest
    return numbers


def is_card(number: str) -> bool:
    """Tell whether *number*, of 13 to 19 digits, is that of a bank card: its check digit is right."""
    groups = re.split(r"\D", number)
    digits = "".join(groups)
    if len(digits) not in _CARD_LENGTHS:
        return False
    if len(groups) > 1 and (digits[0] == "0" or any(len(one) < _CARD_GROUP for one in groups[:-1])):
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
