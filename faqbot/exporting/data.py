"""Data formats of an export: JSON-LD (schema.org FAQPage), and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable

from faqbot.exporting.selection import Selection, markdown_to_html, record_of
from faqbot.models import Entry

COLUMNS = (
    "id", "section", "question", "alternates", "answer", "source", "url", "keywords", "tags", "not_for",
    "audience", "follow_ups", "reviewed", "expires", "draft",
)  # fmt: skip
# Cells that a spreadsheet would run as a formula, also in full width or after a tab or line end. An
# apostrophe before them marks text.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def csv_table(selection: Selection) -> str:
    """Return *selection* as CSV with a header.

    A list has one item per line in its cell.
    """
    lines = [csv_line(COLUMNS)]
    for entry in selection.entries:
        record = record_of(entry)
        lines.append(csv_line([_guarded(_cell(record.get(name, ""))) for name in COLUMNS]))
    return "".join(lines)


def csv_line(cells: Iterable[str]) -> str:
    """Return *cells* as a CSV line.

    A cell with CR or LF is quoted.
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"


def _cell(value: object) -> str:
    if isinstance(value, list):
        # A final line end marks a single item that contains a separator.
        return "\n".join(value) + "\n" * (
            len(value) == 1 and re.search(r"[|;,]", value[0]) is not None
        )
    return "yes" if value is True else str(value)


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def jsonld(selection: Selection) -> str:
    """Return *selection* as JSON-LD that is safe inside a script element."""
    return f"{script_safe(json.dumps(faq_page(selection), ensure_ascii=False, indent=2))}\n"


def script_safe(text: str) -> str:
    """Escape characters of JSON that could end a script or begin a comment in HTML."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def faq_page(selection: Selection) -> dict[str, object]:
    """Return *selection* as a FAQPage; ``faqbot:entry`` holds fields that FAQPage lacks."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "name": selection.title,
        "inLanguage": selection.language,
        "mainEntity": [question_data(entry) for entry in selection.entries],
    }


def question_data(entry: Entry) -> dict[str, object]:
    """Return *entry* as a Question of schema.org."""
    given: dict[str, object] = {"@type": "Question", "@id": f"#{entry.id}", "name": entry.question}
    if entry.alternates:
        given["alternateName"] = list(entry.alternates)
    given["acceptedAnswer"] = {"@type": "Answer", "text": markdown_to_html(entry.answer)}
    return given | {"faqbot:entry": record_of(entry)}
