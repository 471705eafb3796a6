"""Redaction: replacement of private data in a text by marks, before it is stored.

The patterns take a third of a second to compile, so they are loaded with the first text.
"""

from __future__ import annotations

from faqbot.store.redaction.storable import storable

__all__ = ["load_patterns", "redact", "storable"]

# A telephone number and an IBAN, so that the libraries that check them are loaded.
_EXAMPLES = "912 345 678, DE02 1203 0000 0000 2020 51"


def redact(text: str) -> str:
    """Return *text* with marks for private data, cut to 4,000 characters that any database holds.

    The marks are those of `faqbot.models.REDACTION_MARK`. Redacting twice changes nothing more.
    """
    from faqbot.store.redaction import redacting

    return redacting.redact(text)


def load_patterns() -> None:
    """Load the patterns and libraries of redaction before the first text needs them."""
    redact(_EXAMPLES)
