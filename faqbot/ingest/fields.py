"""What the fields of other bots' exports become in an entry."""

from __future__ import annotations

import re
from datetime import date

from faqbot.ingest.columns import listed
from faqbot.ingest.markdown_text import one_line

__all__ = ["answer_of", "day_of", "slug_of", "tags_of", "words_of"]

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 80
_TAG = re.compile(
    r"</?(?:p|br|a|b|i|ul|ol|li|div|span|strong|em|h[1-6]|table|tr|td|img|pre|code)\b[^<>]*>",
    re.IGNORECASE,
)
_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]+`", re.DOTALL)


def slug_of(name: str) -> str:
    """Return *name* as an id if it can stay one: a slug with a letter in it, else an empty text.

    Capitals, dots and underscores become a slug's; a number alone is no name that lasts.
    """
    slug = re.sub(r"[\s._/]+", "-", name.strip().lower())
    lasting = _SLUG.fullmatch(slug) and not slug.replace("-", "").isdigit() and slug != "none"
    return slug if lasting and len(slug) <= _LONGEST_SLUG else ""


def tags_of(cell: str) -> tuple[str, ...]:
    """Return the tags in *cell*, which may be QnA Maker's ``key:value | key:value``."""
    parts = listed(cell)
    if len(parts) == 1 and ":" not in cell and not cell.endswith("\n"):
        parts = tuple(part.strip() for part in cell.split(",") if part.strip())
    return tuple(dict.fromkeys(re.sub(" ?: ?", ":", " ".join(part.split())) for part in parts))


def day_of(text: str) -> date | None:
    """Return the day that *text* names as 2026-01-31; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def words_of(text: object) -> str:
    """Return *text* on one line, a number as its digits; anything else becomes empty."""
    return one_line(str(text)) if isinstance(text, str | int) else ""


def answer_of(text: object) -> str:
    """Return an answer as Markdown, from Markdown or HTML; anything but text becomes empty."""
    if not isinstance(text, str):
        return ""
    plain = text.replace("\r\n", "\n").strip("\n").rstrip()
    if not _TAG.search(_CODE.sub("", plain)):
        return plain
    from faqbot.ingest.converters.html import markdown_of

    return markdown_of(plain)
