"""A FAQ as schema.org's FAQPage in JSON-LD, which search engines read."""

from __future__ import annotations

import json

from faqbot.exporting.records import record_of
from faqbot.exporting.rendering import markdown_to_html
from faqbot.exporting.selection import Selection
from faqbot.models import Entry

__all__ = ["faq_page", "jsonld", "script_safe"]


def jsonld(selection: Selection) -> str:
    """Return *selection* as one JSON-LD document, which may be pasted into a script of a page."""
    return f"{script_safe(json.dumps(faq_page(selection), ensure_ascii=False, indent=2))}\n"


def script_safe(text: str) -> str:
    """Return the JSON *text* without characters that could end a script or begin a comment in HTML."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def faq_page(selection: Selection) -> dict[str, object]:
    """Return *selection* as an object of the type FAQPage; ``faqbot:entry`` holds what the type cannot."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "name": selection.title,
        "inLanguage": selection.language,
        "mainEntity": [_question(entry) for entry in selection.entries],
    }


def _question(entry: Entry) -> dict[str, object]:
    given: dict[str, object] = {"@type": "Question", "@id": f"#{entry.id}", "name": entry.question}
    if entry.alternates:
        given["alternateName"] = list(entry.alternates)
    given["acceptedAnswer"] = {"@type": "Answer", "text": markdown_to_html(entry.answer)}
    return given | {"faqbot:entry": record_of(entry)}
