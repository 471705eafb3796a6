"""Number formats of spreadsheets: cell values as the program shows them.

Covers the format codes of ECMA-376 part 1, 18.8.31: sections, conditions, digits, percentages, exponents,
fractions, literal text, currencies, dates and times. Names of months and days are English. Codes that stand
for a setting of the reader's computer, such as "short date", give a date as 2026-01-31.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

Moment = dt.datetime | dt.date | dt.time | dt.timedelta

# Country-dependent codes of openpyxl for 14 to 22, and the codes of system date and time.
_LOCAL = frozenset({"mm-dd-yy", "m/d/yy h:mm"})
_SYSTEM = re.compile(r"\[\$-[fF](?:800|400)\]")
# Characters of a format code, the limit of Excel.
_TOKENS = re.compile(
    r'"(?P<quoted>[^"]{0,255}+)"|\\(?P<escaped>.)|_(?P<wide>.)|\*(?P<fill>.)|\[\$(?P<currency>[^\]-]{0,255}+)[^\]]{0,255}+\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]{0,255}+)\]|(?P<half>am/pm|a/p)|(?P<exponent>E[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|b+)|(?P<general>General)|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_LITERALS = ("quoted", "escaped", "currency")
# Significant digits of a number in the format "General", as in Excel.
_GENERAL_DIGITS = 11
# Hour at which "PM" begins, and hours of half a day.
_NOON = 12
# Seconds of a day.
_SECONDS_A_DAY = 86_400
# Letters of a short unit such as "mm" or "yy"; sections of a code without its own one for zero.
_TWO = 2


def shown(value: object, code: str) -> str:
    """Return *value* as the number format *code* shows it.

    *value* is text, a bool, a number, a date, a time or a duration. An invalid code is read as "General".
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return _text(value, code)
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return _moment(value, code)
    if isinstance(value, int | float):
        return _number(value, code)
    return str(value).strip()


def _sections(code: str) -> list[str]:
    """Return the sections of *code*, split at unquoted semicolons."""
    found, held = [], ""
    for piece in re.findall(r'"[^"]*"?|\\.|\[[^\]]*\]|[^"\\\[]|.', code, re.DOTALL):
        if piece == ";":
            found.append(held)
            held = ""
        else:
            held += piece
    return [*found, held]


def _tokens(section: str) -> list[tuple[str, str]]:
    """Return kinds and texts of a section's tokens."""
    return [
        (found.lastgroup or "other", found[found.lastgroup or 0])
        for found in _TOKENS.finditer(section)
    ]


def _text(value: str, code: str) -> str:
    """Return text by the fourth section of *code*, or by a section with "@"."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[0] if "@" in code else "@"  # noqa: PLR2004 - of four
    if not section:
        return ""
    parts = (
        value if (kind, text) == ("other", "@") else text
        for kind, text in _tokens(section)
        if kind in {*_LITERALS, "other"}
    )
    return "".join(parts).strip() if "@" in section else value.strip()


def _number(value: float, code: str) -> str:
    section, amount = _section(value, _sections(code or "General"))
    tokens = _tokens(section)
    kinds = {kind for kind, _ in tokens}
    if "general" in kinds or not section.strip():
        around = [text if kind in {*_LITERALS, "other"} else "" for kind, text in tokens]
        at = next((n for n, (kind, _) in enumerate(tokens) if kind == "general"), 0)
        plain = _general(amount) if "general" in kinds else ""
        return "".join((*around[:at], plain, *around[at:])).strip()
    if ("other", "@") in tokens:
        return _general(value)
    if "digit" not in kinds:
        return "".join(text for kind, text in tokens if kind in {*_LITERALS, "other"}).strip()
    try:
        return _digits(amount, tokens).strip()
    except (InvalidOperation, ValueError, OverflowError):
        return _general(value)


def _section(value: float, sections: Sequence[str]) -> tuple[str, float]:
    """Return a number's section, and the number with remaining sign."""
    for section in sections[:3]:
        if found := _CONDITION.search(section):
            if _holds(value, found[1], float(found[2])):
                return section, abs(value) if value < 0 and len(sections) > 1 else value
        elif any(map(_CONDITION.search, sections)):
            return section, value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > _TWO:
        return sections[2], value
    return sections[0], value


def _holds(value: float, relation: str, bound: float) -> bool:
    if relation == "<>":
        return value != bound
    return (
        ("=" in relation and value == bound)
        or ("<" in relation and value < bound)
        or (">" in relation and value > bound)
    )


def _general(value: float) -> str:
    """Return a number without a format; whole numbers have all digits."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):  # noqa: PLR2004 - digits that a float keeps
        return str(int(value))
    return f"{value:.{_GENERAL_DIGITS - 1}g}".replace("e", "E")


def _digits(value: float, tokens: Sequence[tuple[str, str]]) -> str:
    """Return a number with the digits, separators and literal text of *tokens*."""
    if any(token == ("other", "/") for token in tokens):
        return _fraction(value, tokens)
    amount = Decimal(str(value))
    amount *= 100 ** sum(token == ("other", "%") for token in tokens)
    first, last = _span(tokens)
    pattern = "".join(text for kind, text in tokens[first : last + 1] if kind in {"digit", "other"})
    for kind, text in tokens[last + 1 :]:
        if (kind, text) != ("other", ","):
            break
        amount /= 1000
    number = _exponent(amount, tokens, first, last) or _plain(abs(amount), pattern)
    sign = "-" if amount < 0 and re.search(r"[1-9]", number) else ""
    before = _around(tokens[:first])
    after = _around([token for token in tokens[last + 1 :] if token != ("other", ",")])
    return f"{sign}{before}{number}{after}"


def _span(tokens: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Return the indexes of the first and last digit token."""
    at = [n for n, (kind, text) in enumerate(tokens) if kind == "digit" or (kind, text) == ("other", ".")]  # fmt: skip
    return at[0], at[-1]


def _around(tokens: Sequence[tuple[str, str]]) -> str:
    """Return the text beside the digits; padding becomes a blank."""
    made = ""
    for kind, text in tokens:
        if kind in {*_LITERALS, "other"}:
            made += text
        elif kind == "wide":
            made += " "
    return made


def _plain(amount: Decimal, pattern: str) -> str:
    """Return the absolute value of a number by a *pattern* such as "#,##0.00"."""
    whole, _, decimals = pattern.partition(".")
    places = sum(mark in "0#?" for mark in decimals)
    least = sum(mark in "0?" for mark in decimals)
    text = f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    units, _, rest = text.partition(".")
    while len(rest) > least and rest.endswith("0"):
        rest = rest[:-1]
    zeros = sum(mark == "0" for mark in whole)
    units = units.lstrip("0").rjust(zeros, "0")
    if "," in whole:
        units = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", units)
    literal = re.sub(r"[0#?,]", "", whole)
    if literal and set(literal) <= {"-", " ", "/", "(", ")"}:
        units = _masked(units, whole)
    return f"{units}.{rest}" if rest else units or "0"


def _masked(units: str, whole: str) -> str:
    """Return digits with literal marks between them, as in "000-0000"."""
    digits, made = list(units), ""
    for mark in reversed(whole):
        if mark in "0#?":
            made = (digits.pop() if digits else "") + made
        elif mark != ",":
            made = mark + made
    return "".join(digits) + made


def _exponent(amount: Decimal, tokens: Sequence[tuple[str, str]], first: int, last: int) -> str:
    """Return a number with an exponent.

    The result is empty if *tokens* have no exponent.
    """
    at = next((n for n in range(first, last) if tokens[n][0] == "exponent"), -1)
    if at < 0:
        return ""
    pattern = "".join(text for kind, text in tokens[first:at] if kind in {"digit", "other"})
    places = sum(mark in "0#?" for mark in pattern.partition(".")[2])
    mantissa, power = f"{abs(amount):.{places}E}".split("E")
    least = sum(text == "0" for _, text in tokens[at + 1 : last + 1])
    sign = "-" if power.startswith("-") else "+" if tokens[at][1].endswith("+") else ""
    return f"{mantissa}E{sign}{power[1:].lstrip('0').rjust(least, '0')}"


def _fraction(value: float, tokens: Sequence[tuple[str, str]]) -> str:
    """Return a number as a whole and a fraction, such as "1 1/2"."""
    pattern = "".join(text for kind, text in tokens if kind in {"digit", "other"})
    below = pattern.rpartition("/")[2].strip()
    sign, amount = "-" if value < 0 else "", abs(Fraction(str(value)))
    if below.isdigit() and int(below) > 0:
        part = Fraction(round(amount * int(below)), int(below))
        top, bottom = round(amount * int(below)), int(below)
    else:
        part = amount.limit_denominator(10 ** max(len(below), 1) - 1)
        top, bottom = part.numerator, part.denominator
    whole = top // bottom if re.match(r"[#0?]+ ", pattern) else 0
    top -= whole * bottom
    if not top:
        return f"{sign}{whole or int(part)}"
    return f"{sign}{whole} {top}/{bottom}" if whole else f"{sign}{top}/{bottom}"


def _moment(value: Moment, code: str) -> str:
    """Return a date, time or duration by *code*'s first section."""
    section = _sections(code)[0]
    tokens = [token for token in _tokens(section) if token[0] not in {"bracket", "fill"}]
    if (
        code in _LOCAL
        or _SYSTEM.search(code)
        or not any(k in {"date", "elapsed"} for k, _ in tokens)
    ):
        return _plain_moment(value)
    half = any(kind == "half" for kind, _ in tokens)
    return "".join(_dated(value, tokens, at, half=half) for at in range(len(tokens))).strip()


def _plain_moment(value: Moment) -> str:
    if isinstance(value, dt.datetime):
        day, time = value.date().isoformat(), value.time()
        return (
            day if time == dt.time() else f"{day} {time.isoformat('seconds').removesuffix(':00')}"
        )
    if isinstance(value, dt.time):
        return value.isoformat("seconds").removesuffix(":00")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _dated(value: Moment, tokens: Sequence[tuple[str, str]], at: int, *, half: bool) -> str:
    """Return the text of the token at *at* for a date or time."""
    kind, text = tokens[at]
    if kind == "elapsed":
        return _elapsed(_seconds(value), text.lower())
    if kind == "half":
        return ("PM" if _clock(value)[0] >= _NOON else "AM")[: 2 if len(text) > 3 else 1]  # noqa: PLR2004 - "A/P"
    if kind == "date":
        unit = text.lower()
        minutes = unit[0] == "m" and len(unit) <= _TWO and _is_minutes(tokens, at)
        return (
            _time_part(value, unit, half=half)
            if unit[0] in "hs" or minutes
            else _day_part(value, unit)
        )
    if kind == "wide":
        return " "
    return text if kind in {*_LITERALS, "other"} and text != "@" else ""


def _is_minutes(tokens: Sequence[tuple[str, str]], at: int) -> bool:
    """Return True if "m" means minutes: after hours, or before seconds."""
    units = [(n, text.lower()[0]) for n, (kind, text) in enumerate(tokens) if kind in {"date", "elapsed"}]  # fmt: skip
    place = [n for n, _ in units].index(at)
    before = units[place - 1][1] if place else ""
    after = units[place + 1][1] if place + 1 < len(units) else ""
    return before == "h" or after == "s"


def _day_part(value: Moment, unit: str) -> str:
    day = value if isinstance(value, dt.date) else dt.date(1899, 12, 30)
    if unit[0] in "yb":
        return f"{day.year:04}" if len(unit) > _TWO else f"{day.year % 100:02}"
    number = day.day if unit[0] == "d" else day.month
    if len(unit) <= _TWO:
        return f"{number:0{len(unit)}}"
    if len(unit) > 4:  # noqa: PLR2004 - "mmmmm" is the first letter of the month
        return _MONTHS[day.month - 1][0] if unit[0] == "m" else _DAYS[day.weekday()]
    name = _DAYS[day.weekday()] if unit[0] == "d" else _MONTHS[day.month - 1]
    return name if len(unit) == 4 else name[:3]  # noqa: PLR2004 - "mmmm"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _time_part(value: Moment, unit: str, *, half: bool) -> str:
    hours, minutes, seconds = _clock(value)
    if unit[0] == "h":
        number = float((hours % _NOON or _NOON) if half else hours)
    else:
        number = float(minutes) if unit[0] == "m" else seconds
    places = len(unit.partition(".")[2])
    if places:
        return f"{number:0{places + 3}.{places}f}"
    return f"{int(number):0{min(len(unit), 2)}}"


def _clock(value: Moment) -> tuple[int, int, float]:
    """Return hours, minutes and seconds of a day."""
    seconds = _seconds(value) % _SECONDS_A_DAY
    return int(seconds // 3600), int(seconds // 60 % 60), seconds % 60


def _seconds(value: Moment) -> float:
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, dt.datetime):
        return (value - dt.datetime(1899, 12, 30, tzinfo=value.tzinfo)).total_seconds()
    if isinstance(value, dt.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return 0.0


def _elapsed(seconds: float, unit: str) -> str:
    """Return a duration in whole hours, minutes or seconds, which may exceed a day."""
    count = int(seconds // {"h": 3600, "m": 60, "s": 1}[unit[0]])
    return f"{count:0{len(unit)}}"
