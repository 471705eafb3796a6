"""Bank cards and IBANs, found by their check digits in any grouping."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.store.redaction.spans import Span

# Digits of a card number: up to 19 by ISO/IEC 7812.
_CARD_LENGTHS = range(13, 20)
# Digits of an old Visa card.
_SHORT_CARD = 13
# Digits of each group but the last, chosen by hand: shorter groups are parts of other numbers.
_FEWEST_IN_GROUP = 4
# Characters before a number in which words about it are looked for, chosen by hand.
_BEFORE = 40
_YEAR = re.compile(r"1\d{3}|20\d\d|21\d\d")
_CARD = re.compile(r"(?<![\w.,-])\d(?:(?:,|[ ._/:|\n-]{0,3})\d){12,40}(?![^\W_])")
_ABOUT_A_CARD = re.compile(
    r"\b(?:card|visa|master-?card|amex|american express|maestro|credit|debit|(?:kredit|bank|giro)?karte"
    r"|carte|tarjeta|carta|cart[aã]o|kaart|creditcard|kartennummer|cc|pan)\b[^\d\n]{0,24}\Z",
    re.IGNORECASE,
)
# ISBN-13, and Unix times in milliseconds.
_OTHER_NUMBER = re.compile(r"97[89]\d{10}|1\d{12}")
_ISSUER = re.compile(r"[2-6]")

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])(?:IBAN[ :]{0,2})?(?P<iban>[A-Z][ ]?[A-Z][ ._/-]{0,2}\d[ ]?\d(?:[ \t._/:-]{0,3}[A-Z0-9]){11,30})(?![A-Z0-9]{20})",
    re.IGNORECASE,
)
# Characters of an IBAN: 15 in Norway, at most 34 by ISO 13616.
_FEWEST_IN_IBAN, _MOST_IN_IBAN = 15, 34
# Digits of a mistyped IBAN. Its country code and up to 3 letters of a bank are no digits.
_FEWEST_DIGITS_MISTYPED = 10
_ABOUT_IBAN = re.compile(r"\biban\b[^\n\d]{0,30}\Z", re.IGNORECASE)


def find_cards(text: str) -> Iterator[Span]:
    """Yield the numbers of bank cards, in any context."""
    for found in _CARD.finditer(text):
        labelled = (
            _ABOUT_A_CARD.search(text, max(0, found.start() - _BEFORE), found.start()) is not None
        )
        yield from _cards_in(found[0], found.start(), labelled=labelled)


def _cards_in(numbers: str, offset: int, *, labelled: bool) -> Iterator[Span]:
    groups = list(re.finditer(r"\d+", numbers))
    first = 0
    while first < len(groups):
        if first and not labelled and numbers[groups[first].start() - 1] not in " \n":
            first += 1  # the end of a longer number, such as that of an order
            continue
        last = _last_group(numbers, groups, first, labelled=labelled)
        if last is not None:
            yield Span(offset + groups[first].start(), offset + groups[last].end(), "[card]")
            first = last
        first += 1


def _last_group(
    numbers: str, groups: list[re.Match[str]], first: int, *, labelled: bool
) -> int | None:
    """Return the last group's index of the card from *first* on."""
    for last in range(min(len(groups), first + 19) - 1, first - 1, -1):
        if is_card(numbers[groups[first].start() : groups[last].end()], labelled=labelled):
            return last
    return None


def is_card(number: str, *, labelled: bool = False) -> bool:
    """Return True if *number* is that of a bank card.

    It has 13 to 19 digits and a valid check digit.

    If *labelled*, the words before it are about a card, and any grouping is accepted.
    """
    groups = re.findall(r"\d+", number)
    digits = "".join(groups)
    if len(digits) not in _CARD_LENGTHS or not _ISSUER.match(digits):
        return False
    if _OTHER_NUMBER.fullmatch(digits) or (len(digits) == _SHORT_CARD and digits[0] != "4"):
        return False
    if len(groups) > 1 and not labelled and not _is_grouped_like_a_card(groups):
        return False
    return _check_sum(digits) % 10 == 0


def _is_grouped_like_a_card(groups: list[str]) -> bool:
    years = all(_YEAR.fullmatch(group) for group in groups)
    return not years and all(len(one) >= _FEWEST_IN_GROUP for one in groups[:-1])


def _check_sum(digits: str) -> int:
    """Return the sum of the Luhn algorithm (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return sum(map(int, digits[-1::-2])) + sum(doubled)


def find_ibans(text: str) -> Iterator[Span]:
    """Yield IBANs: with valid check digits, or behind the word IBAN."""
    place = 0
    while (found := _IBAN.search(text, place)) is not None:
        start = found.start("iban")
        end = _end_of_iban(text, start, found.end("iban"))
        if end is None and (
            found[0][:4].lower() == "iban"
            or _ABOUT_IBAN.search(text, max(0, start - _BEFORE), start)
        ):
            end = _end_of_mistyped(text, start, found.end("iban"))
        if end is not None:
            yield Span(start, end, "[iban]")
        place = end or start + 2


def _end_of_iban(text: str, start: int, end: int) -> int | None:
    """Return the end of the valid IBAN at *start*, at most *end*."""
    from stdnum import iban

    places = [place for place in range(start, end) if text[place].isalnum()]
    for last in reversed(places[_FEWEST_IN_IBAN - 1 : _MOST_IN_IBAN]):
        if last + 1 < len(text) and re.match(r"[A-Za-z0-9]", text[last + 1]):
            continue
        number = re.sub(r"[^A-Za-z0-9]", "", text[start : last + 1])
        if iban.is_valid(number, check_country=False):
            return last + 1
    return None


def _end_of_mistyped(text: str, start: int, end: int) -> int | None:
    """Return the end of an IBAN with wrong check digits.

    Only groups with a digit belong to it.
    """
    last = None
    for group in re.compile(r"[A-Za-z0-9]+").finditer(text, start, end):
        if group.start() > start and not re.search(r"\d", group[0]):
            break
        last = group.end()
    digits = len(re.findall(r"\d", text[start : last or start]))
    return last if digits >= _FEWEST_DIGITS_MISTYPED else None
