"""Identity numbers, birth dates, home addresses and IP addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from faqbot.store.redaction.spans import MASK, Span

_ID_MARK, _PRIVATE_MARK = "[id]", "[private]"

_IDENTITY_LABEL = re.compile(
    r"""(?<![^\W_])(?:ssn|social[ ]security(?:[ ](?:number|no\.?))?|national[ ]insurance(?:[ ]number)?|nino
      |national[ ]id|tax(?:payer)?[ -]?(?:id|number)|(?:id|identity)[ ]card|passport|driver'?s?[ ](?:licen[cs]e|license)
      |driving[ ]licen[cs]e|account[ ](?:number|no\.?)|sort[ ]code|routing[ ]number|medicare[ ]number|nhs[ ]number
      |reisepass(?:nummer)?|personalausweis(?:nummer)?|ausweis(?:nummer)?|steuer-?(?:id|nummer|identifikationsnummer)
      |sozialversicherungsnummer|kontonummer|blz|f[uü]hrerschein(?:nummer)?|krankenversichertennummer
      |passeport|carte[ ]d'identit[eé]|s[eé]curit[eé][ ]sociale|num[eé]ro[ ](?:fiscal|de[ ]compte)|nir|permis[ ]de[ ]conduire
      |pasaporte|dni|nie|nif|seguridad[ ]social|n[uú]mero[ ]de[ ]cuenta|carn[eé][ ]de[ ]conducir
      |passaporto|carta[ ]d'identit[aà]|codice[ ]fiscale|numero[ ]di[ ]conto|patente
      |passaporte|cpf|cart[aã]o[ ]de[ ]cidad[aã]o|n[uú]mero[ ]da[ ]conta|bilhete[ ]de[ ]identidade|carta[ ]de[ ]condu[cç][aã]o
      |paspoort(?:nummer)?|bsn|burgerservicenummer|rekeningnummer|identiteitskaart|rijbewijs(?:nummer)?
      |pesel|aadhaar|ahv|personnummer)(?![^\W_])
      (?:[ ]?(?:number|no\.?|nr\.?|num[eé]ro|n[uú]mero|numero|nummer|n[°º]))?
      (?:[ \t]+[^\W\d_]{1,12}){0,3}?[ \t]?[:=#]?[ \t]*
      (?P<value>[A-Z]{0,3}[ -]?\d[A-Z0-9]{0,17}(?:[ ./-]\d[A-Z0-9]{0,11}){0,6})(?![^\W_])""",
    re.IGNORECASE | re.VERBOSE,
)
# Digits of an identity number behind its label, chosen by hand: fewer are a count or a year.
_FEWEST_DIGITS = 5
_SOCIAL_SECURITY = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])")
_NATIONAL_INSURANCE = re.compile(
    r"(?<!\w)(?![DFIQUV])[A-Z](?![DFIQUVO])[A-Z][ ]?\d\d[ ]?\d\d[ ]?\d\d[ ]?[A-D](?!\w)"
)
# Numbers with check digits: the module of python-stdnum that checks them, and their form.
_CHECKED = (
    ("stdnum.pl.pesel", re.compile(r"(?<![\w.,-])\d{11}(?![\w.,-]\w|\w)")),
    (
        "stdnum.it.codicefiscale",
        re.compile(r"(?<!\w)[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z](?!\w)", re.IGNORECASE),
    ),
    ("stdnum.es.dni", re.compile(r"(?<![\w-])\d{8}-?[A-Z](?!\w)", re.IGNORECASE)),
    ("stdnum.es.nie", re.compile(r"(?<![\w-])[XYZ]-?\d{7}-?[A-Z](?!\w)", re.IGNORECASE)),
    (
        "stdnum.fr.nir",
        re.compile(r"(?<![\w-])[12][ ]?\d\d[ ]?[01]\d[ ]?\d\w[ ]?\d{3}[ ]?\d{3}[ ]?\d\d(?!\w)"),
    ),
    ("stdnum.br.cpf", re.compile(r"(?<![\w-])\d{3}\.\d{3}\.\d{3}-\d\d(?!\w)")),
    ("stdnum.ch.ssn", re.compile(r"(?<![\w-])756[. ]?\d{4}[. ]?\d{4}[. ]?\d\d(?!\w)")),
    ("stdnum.in_.aadhaar", re.compile(r"(?<![\w-])[2-9]\d{3}[ -]\d{4}[ -]\d{4}(?![\w-])")),
)

_MONTH = (
    r"(?:jan|feb|mar|m[aä]r|apr|ma[iyj]|mei|jun|jul|aug|sep|o[ck]t|nov|de[cz]|janv|f[eé]vr?|avr|juin|juil|ao[uû]t|ene|abr"
    r"|ago|gen|mag|giu|lug|set|ott|dic|out|fev|mrt)[^\W\d_]{0,7}\.?"
)
_DATE = re.compile(
    rf"(?:\d{{1,4}}[./ -]\d{{1,2}}[./ -]\d{{1,4}}|\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?[ ](?:de[ ]|of[ ])?{_MONTH}(?:[ ]de|,)?[ ]\d{{4}}"
    rf"|{_MONTH}[ ]\d{{1,2}}(?:st|nd|rd|th)?,?[ ]\d{{4}})",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"""\b(?:(?:my|her|his)[ ]birthday|date[ ]of[ ]birth|birth[ ]?date|dob|d\.o\.b\.|(?:i[ ]was|i'm|i[ ]am)[ ]born
      |geburtsdatum|geburtstag|(?:ich[ ](?:bin|wurde)|bin|wurde)[ ]geboren|geb\.|ich[ ](?:bin|wurde)[ ]am(?=[^\n]{0,24}geboren)
      |date[ ]de[ ]naissance|je[ ]suis[ ]n[eé]e?|anniversaire|fecha[ ]de[ ]nacimiento|nac[ií]|cumplea[nñ]os
      |data[ ]di[ ]nascita|sono[ ]nat[oa]|compleanno|data[ ]de[ ]nascimento|nasci|anivers[aá]rio
      |geboortedatum|(?:ik[ ]ben[ ])geboren|verjaardag)\b
      [^\n\d]{0,12}?[ \t:]{1,3}(?:(?:is|on|am|the|ist|est|le|es|el|è|il|é|em|op|de)[ ]){0,2}""",
    re.IGNORECASE | re.VERBOSE,
)
_IP_ADDRESS = re.compile(
    r"\b(?:my|our|his|her|their|meine|unsere|mon|notre|mi|nuestra|il mio|meu|mijn)(?: (?:new|public|home|local|neue|adresse|direcci[oó]n"
    r"|indirizzo|endere[cç]o|öffentliche))? ip(?:v[46])?(?:[ -]?(?:addres?s|adresse?|adres))?[^\n\d]{0,16}?[ :]"
    r"(?P<value>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w.]\w)",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"\b(?:i live (?:at|in|on)|my (?:home |postal |street |new )?address is|ich wohne (?:in|am|im)(?: der)?|meine (?:neue )?(?:adresse|anschrift) (?:ist|lautet)"
    r"|j'habite(?: au| à| en)?|mon adresse est|vivo en|mi direcci[oó]n es|abito in|il mio indirizzo è|moro (?:na|no|em)|(?:o )?meu endere[cç]o é"
    r"|ik woon (?:op|in|aan)(?: de| het)?|mijn adres is)[ :]{1,2}(?P<value>[^\n.?!;]{4,80})",
    re.IGNORECASE,
)
# A house number with a word beside it.
_HOUSE = re.compile(
    r"\b\d{1,5}[a-z]?\b,?[ ][^\W\d_]{2,}|(?<![^\W\d_])[^\W\d_]{3,}[ ,]{1,2}\d{1,5}[a-z]?\b",
    re.IGNORECASE,
)


def find_personal_data(text: str) -> Iterator[Span]:
    """Yield identity numbers, birth dates, home and IP addresses."""
    yield from _identity_numbers(text)
    for label in _BIRTH.finditer(text):
        if date := _DATE.match(text, label.end()):
            yield Span(*date.span(), _PRIVATE_MARK)
    for found in _IP_ADDRESS.finditer(text):
        yield Span(*found.span("value"), _PRIVATE_MARK)
    for found in _HOME.finditer(text):
        if _HOUSE.search(found["value"]):
            yield Span(
                found.start("value"),
                found.start("value") + len(found["value"].rstrip()),
                _PRIVATE_MARK,
            )


def _identity_numbers(text: str) -> Iterator[Span]:
    for found in _IDENTITY_LABEL.finditer(text):
        value = found["value"]
        if len(re.findall(r"\d", value)) >= _FEWEST_DIGITS and MASK not in value:
            yield Span(*found.span("value"), _ID_MARK)
    for pattern in (_SOCIAL_SECURITY, _NATIONAL_INSURANCE):
        for found in pattern.finditer(text):
            yield Span(*found.span(), _ID_MARK)
    for module, pattern in _CHECKED:
        for found in pattern.finditer(text):
            if _checker(module)(found[0]):
                yield Span(*found.span(), _ID_MARK)


@cache
def _checker(module: str) -> Callable[[str], bool]:
    """Return the check of the python-stdnum module *module*."""
    checker: Callable[[str], bool] = import_module(module).is_valid
    return checker
