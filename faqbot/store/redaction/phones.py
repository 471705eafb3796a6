"""Telephone numbers, as opposed to dates, amounts and order numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from faqbot.store.redaction.spans import Span

_MARK = "[phone]"
_DATE = re.compile(
    r"(?<!\d)(?:[12]\d{3}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:[12]\d{3}|\d\d))(?!\d)"
)
_NORTH_AMERICAN = re.compile(r"(?:1[ .-])?\(?[2-9]\d\d\)?[ .-]?[ ]?\d{3}[ .-]\d{4}")
_IN_PAIRS = re.compile(r"0\d(?P<between>[ .-]?)\d\d(?:(?P=between)\d\d){3}")
# Digits of a telephone number: at most 15 by E.164; at least 7, chosen by hand.
_FEWEST, _MOST = 7, 15
# Digits with a country code, and with the 0 of a national number, chosen by hand.
_FEWEST_ABROAD, _FEWEST_AT_HOME = 8, 9
# Characters before a number in which words about it are looked for, chosen by hand.
_CONTEXT = 48
# Numbers whose check is cached, chosen by hand: about 0.5 MB.
_CACHED_NUMBERS = 4096
_SPACE = re.compile("( +)")
_SEPARATOR = re.compile(r" ?([.-]) ?")  # with blanks around it, as in "415 . 555 . 2671"
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:[ .]\d{3})+")
_BEGINS = re.compile(r"\+|\(?0\d\d")  # how a number begins that stands after another
_NUMBER = re.compile(r"(?:(?<![\w.,+])[+(]?|\+[ ]?)\(?\d[\d ().\-/]{4,40}\d(?![^\W_])")

# Numbers without any separator: mobile numbers of India and China, numbers of North America,
# Russia, Spain and Portugal.
_JOINED = re.compile(r"1[3-9]\d{9}|1?[2-9]\d{9}|[78]9\d{9}|(?:6\d|7[1-9]|9[1236])\d{7}")
# Countries that write numbers without a leading 0, by the lengths of the groups of digits.
_REGIONS = {
    (5, 5): ("IN",),
    (3, 3, 3): ("PT", "ES", "PL", "CZ"),
    (3, 7): ("US", "GR"),
    (2, 5, 5): ("IN",),
    (3, 2, 2, 2): ("ES", "PT"),
    (2, 3, 2, 2): ("PL", "CH", "ES"),
    (2, 3, 3, 3): ("IN",),
    (3, 4, 4): ("CN",),
    (3, 3, 4): ("US", "IN", "MX"),
    (2, 5, 4): ("BR",),
    (2, 4, 4): ("BR", "MX"),
    (1, 3, 3, 2, 2): ("RU",),
    (1, 4, 4): ("CL",),
    (3, 2, 3): ("NO",),
}

_ABOUT_A_CALL = re.compile(
    r"""\b(?:call(?:ed|ing|s)?(?:[ ]me)?|phone|tele(?:phone|fon)|tel|fax|mobile|mobil|cell|dial|ring|whatsapp|sms|text|handy|reach
      |signal|(?:my|our|his|her|their|your)(?:[ ]\w+)?[ ]number
      |ruf\w*|anruf\w*|\w*telefon\w*|\w*rufnummer|(?:handy|mobil|telefon)-?nummer|meine[ ]nummer|durchwahl
      |t[eé]l[eé]?(?:phone)?|portable|appele[rz]|appelle|joindre|joignable|mon[ ]num[eé]ro
      |tel[eé]fono|m[oó]vil|celular|ll[aá]ma(?:me|r|dme)?|mi[ ]n[uú]mero
      |cellulare|chiam(?:a|ami|are|atemi)|mio[ ]numero|telefone|telem[oó]vel|lig(?:ar|ue|a)(?:-me)?|meu[ ]n[uú]mero
      |telefoon(?:nummer)?|mobiel|gsm|bel(?:len)?|mijn[ ]nummer)\b
      [^\d\n\[\]]{0,24}\Z""",
    re.IGNORECASE | re.VERBOSE,
)
# Numbers of things: "part no 0123456789".
_ABOUT_A_THING = re.compile(
    r"""\b(?:part|art|po|rma|sap|order|ticket|invoice|serial|article|item|case|ref|reference|customer|client|contract|account|model|sku|ean
      |gtin|upc|isbn|issn|doi|bug|issue|build|version|job|batch|lot|tracking|parcel|shipment|error|code|product|policy|claim|request
      |material|asset|device|imei|vin|id|transaction|booking|reservation|incident|patent|timestamp|port|line|page|row|record|epoch
      |bestell\w*|auftrag\w*|rechnung\w*|artikel\w*|teile?\w*|serien\w*|kunden\w*|vertrag\w*|vorgang\w*|sendung\w*|fehler\w*
      |material\w*|lieferschein\w*|inventar\w*
      |commande|facture|pi[eè]ce|s[eé]rie|dossier|contrat|colis|erreur|produit
      |pedido|factura|pieza|serie|contrato|env[ií]o|producto|art[ií]culo
      |ordine|fattura|pezzo|articolo|contratto|spedizione|errore|prodotto|pratica
      |encomenda|fatura|pe[cç]a|artigo|produto|processo
      |order\w*|factuur\w*|onderdeel\w*|serie\w*|klant\w*|zending\w*|fout\w*)\b
      (?:[ .-]{0,3}(?:no|nr|num|number|numbers|nummer|num[eé]ro|n[uú]mero|numero|id|code|is|of|was|n)\b[.°º]?){0,3}
      [ \t]{0,2}(?:[:=\#(-]{0,2}[ ]?-?(?:[A-Z]{1,5}-?)?)\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_AN_AMOUNT_BEFORE = re.compile(
    r"(?:[$€£¥₹=*<>≈~%]|\b(?:costs?|price[ds]?|total|sum|amount|about|over|nearly|population|revenue|budget|worth|pay|paid|eur|usd|gbp"
    r"|kostet|preis|betrag|summe|co[uû]te|prix|montant|cuesta|precio|importe|costa|prezzo|importo|preço|valor|kost|prijs|bedrag))"
    r"[ ]?(?:of|is|was|von|de|di|:)?[ ]?\Z",
    re.IGNORECASE,
)
_UNIT_BEHIND = re.compile(
    r"[ ]?(?:[$€£¥₹%]|(?:euros?|dollars?|pounds?|yen|rupees|francs?|eur|usd|gbp|chf|people|inhabitants|persons|rows|bytes|[kmg]?b"
    r"|ms|ns|seconds?|minutes|hours|days|years|times|users|items|tokens|characters|lines|entries|records|einwohner|habitants"
    r"|habitantes|abitanti|inwoners|jahre|stück|pieces|units|views|km|kg|m|miles|meters|steps|million|billion)\b)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"[ ,;/-]{0,3}(?:ext(?:ension)?|x|durchwahl|dw|app|poste|interno|int|ramal|toestel|anexo|extensi[oó]n|\#)"
    r"[ .:]{0,3}\d{1,6}\b",
    re.IGNORECASE,
)
_LONE_EXTENSION = re.compile(
    r"\b(?:my|meine?|mon|mi|il mio|meu|mijn|at|on|unter)[ ](?:phone[ ])?(?:ext\.?|extension|durchwahl|poste|interno|ramal|toestel|extensi[oó]n)"
    r"[ :]{1,2}(?:(?:is|ist|est|es|è|é)[ ])?(?P<value>\d{2,6})\b",
    re.IGNORECASE,
)


def find_phones(text: str) -> Iterator[Span]:
    """Yield telephone numbers with their extensions."""
    for found in _NUMBER.finditer(text):
        yield from _phones_in(text, found)
    for found in _LONE_EXTENSION.finditer(text):
        yield Span(*found.span("value"), _MARK)


def _phones_in(text: str, found: re.Match[str]) -> Iterator[Span]:
    start, end = found.span()
    before = text[max(0, start - _CONTEXT) : start]
    called = _ABOUT_A_CALL.search(before) is not None
    if not called and not found[0].startswith("+") and _ABOUT_A_THING.search(before):
        return
    counted = not called and (
        _AN_AMOUNT_BEFORE.search(before) is not None or _UNIT_BEHIND.match(text, end) is not None
    )
    for first, last in _parts(found[0], called=called, counted=counted):
        ends = start + last
        extension = _EXTENSION.match(text, ends)
        yield Span(start + first, extension.end() if extension else ends, _MARK)


def _parts(numbers: str, *, called: bool, counted: bool) -> Iterator[tuple[int, int]]:
    """Yield the bounds of each telephone number in *numbers*."""
    if is_phone(numbers, called=called, counted=counted):
        yield 0, len(numbers)
        return
    parts = _SPACE.split(numbers)  # numbers and spaces alternate
    if len(parts) == 1 or (_AMOUNT.fullmatch(numbers) and not called):
        return
    offsets = [sum(map(len, parts[:place])) for place in range(len(parts) + 1)]
    place, begins = 0, True
    while place < len(parts):
        begins = begins or _BEGINS.match(parts[place]) is not None
        end = _phone_end(parts, place, called=called) if begins else place
        if end > place:
            yield offsets[place], offsets[end]
        else:
            begins = _DATE.fullmatch(parts[place]) is not None
            end = place + 1
        place = end + 1


def _phone_end(parts: list[str], start: int, *, called: bool) -> int:
    """Return the end of the telephone number at *start*, else *start*."""
    last = len(parts)
    following = [end for end in range(start + 2, last, 2) if _BEGINS.match(parts[end])]
    ends: list[int] = [place - 1 for place in following[:1]]
    ends += range(last, start, -2)
    for end in ends:
        if is_phone("".join(parts[start:end]), called=called):
            return end
    return start


def is_phone(number: str, *, called: bool, counted: bool = False) -> bool:
    """Return True if *number*, digits and separators, is a telephone number.

    If *called*, the words before it are about a call, and any grouping is accepted. If *counted*, it
    may be an amount, and only forms that no amount has are accepted.
    """
    number = _SEPARATOR.sub(r"\1", number.strip())
    digits = re.sub(r"\D", "", number)
    if not _FEWEST <= len(digits) <= _MOST:
        return False
    if number.startswith(("+", "(+")):
        return len(digits) >= _FEWEST_ABROAD and digits[0] != "0"
    if _is_amount(number) and (counted or not (called or _is_national(number))):
        return False
    if _NORTH_AMERICAN.fullmatch(number) or _IN_PAIRS.fullmatch(number):
        return True
    if _DATE.search(number):
        return False
    return called or _has_trunk_prefix(number, digits) or (not counted and _is_national(number))


def _is_amount(number: str) -> bool:
    return _AMOUNT.fullmatch(number) is not None


def _has_trunk_prefix(number: str, digits: str) -> bool:
    """Return True if *number* has the prefix 0 or 00."""
    begins = number.startswith(("0", "(0")) and not number.startswith(("0.", "000"))
    return begins and len(digits) >= _FEWEST_AT_HOME


@lru_cache(maxsize=_CACHED_NUMBERS)
def _is_national(number: str) -> bool:
    """Return True if *number* is a national number without a leading 0."""
    if number.isdigit():
        return _JOINED.fullmatch(number) is not None
    if re.search(r"[/.]|--| {3}", number):
        return False
    groups = tuple(map(len, re.findall(r"\d+", number)))
    return any(_is_valid_in(number, region) for region in _REGIONS.get(groups, ()))


def _is_valid_in(number: str, region: str) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number_for_region(parsed, region)
