"""Redaction of private data in a text before it is stored.

The patterns take a third of a second to compile, so they are loaded with the first text.
"""

from __future__ import annotations

from faqbot.store.redaction.storable import storable

__all__ = ["load_patterns", "redact", "storable"]

# A telephone number and an IBAN, so that the libraries that check them are loaded.
_EXAMPLES = "912 345 678, DE02 1203 0000 0000 2020 51"


def redact(text: str) -> str:
    """Return *text* with private data replaced, cut to 4,000 characters.

    The marks are those of `faqbot.models.REDACTION_MARK`. Redacting twice changes nothing more.
    """
    from faqbot.store.redaction import redacting

    return redacting.redact(text)


def load_patterns() -> None:
    """Load the patterns and libraries of redaction ahead of time."""
    redact(_EXAMPLES)
