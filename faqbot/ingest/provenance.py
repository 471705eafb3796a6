"""Where an entry came from, in words for a reader."""

from __future__ import annotations

from faqbot.ingest.candidates import Candidate
from faqbot.ingest.markdown_text import one_line, plain

__all__ = ["source_of"]

_LONGEST = 500


def source_of(name: str, candidate: Candidate) -> str:
    """Return the document, heading, and paragraph or page of *candidate*, as an entry's source.

    Lines are left out: they shift with every change above them, and each would show as a change.
    """
    heading = plain(candidate.heading)
    parts = [one_line(name)]
    if heading:
        parts.append(heading)
    if candidate.paragraph:
        parts.append(f"paragraph {candidate.paragraph}")
    elif candidate.place.unit != "line" and candidate.place.number:
        parts.append(str(candidate.place))
    text = ", ".join(parts)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"
