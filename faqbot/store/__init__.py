"""The store: what was asked, how it went, and what people suggested, in any SQL database."""

from __future__ import annotations

from faqbot.store.store import Store, open_store

__all__ = ["Store", "open_store"]
