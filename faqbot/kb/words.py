"""The words of a knowledge base that mean more than their letters: ids, dates, links, yes and no."""

from __future__ import annotations

import re
from datetime import date

from faqbot.kb.validators import Json, Word
from faqbot.models import Caution

__all__ = ["CAUTION", "DAY", "FLAG", "LANGUAGE", "NOTHING", "SLUG", "URL", "VERSION"]

NOTHING = "none"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _schema(pattern: str, limit: int) -> Json:
    return {"type": "string", "maxLength": limit, "pattern": rf"^\s*{pattern}\s*$"}


def _matching(pattern: str, wanted: str, limit: int) -> Word:
    matches = re.compile(pattern).fullmatch
    schema = _schema(pattern, limit)
    return Word(lambda text: text if matches(text) else None, wanted, schema, limit)


def _slug(limit: int = 80) -> Word:
    pattern = rf"(?!{NOTHING}\s*$)[a-z0-9]+(?:-[a-z0-9]+)*"
    matches = re.compile(pattern).fullmatch
    return Word(
        lambda text: text if matches(text) else None,
        "lower-case letters and digits joined by hyphens",
        _schema(pattern, limit),
        limit,
        _near_slug,
    )


def _near_slug(text: str) -> str:
    if text == NOTHING:
        return ", which stands for no entry"
    slug = "-".join(re.findall("[a-z0-9]+", text.lower()))
    return f": did you mean `{slug}`?" if slug and slug != NOTHING else ""


def _day(text: str) -> date | None:
    # fromisoformat also takes 20260131 and 2026-W05, which editors refuse.
    try:
        return date.fromisoformat(text) if re.fullmatch(_DAY, text) else None
    except ValueError:
        return None


SLUG = _slug()
URL = _matching(r"(?:https?://|mailto:)\S+", "a link that begins with https:// or mailto:", 2_000)
LANGUAGE = _matching(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", "a code such as `en` or `pt-BR`", 35)
DAY = Word(_day, "a date such as 2026-01-31", _schema(_DAY, 100) | {"format": "date"})
FLAG = Word(_FLAGS.get, "`true` or `false`", {"type": "boolean"})
CAUTION = Word(
    {each.value: each for each in Caution}.get,
    "`low`, `normal` or `high`",
    {"enum": [each.value for each in Caution]},
)
VERSION = Word({"1": 1}.get, "1", {"const": 1})
