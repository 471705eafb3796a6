"""Redaction: private data in a text is replaced by marks before the text is written."""

from __future__ import annotations

from faqbot.store.redaction.redacting import redact, storable

__all__ = ["redact", "storable"]
