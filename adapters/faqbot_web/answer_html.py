"""Markdown of answers and entries as HTML, cached."""

from __future__ import annotations

from functools import lru_cache

from faqbot import markdown_to_html

# Rendered texts in memory. Chosen by hand: a few megabytes, and most questions ask for few entries.
MAX_CACHED = 512


@lru_cache(MAX_CACHED)
def answer_html(markdown: str) -> str:
    """Return *markdown* as HTML that is safe in any page.

    It takes a millisecond, more than an answer itself.
    """
    return markdown_to_html(markdown)
