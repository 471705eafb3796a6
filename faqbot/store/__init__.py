"""Store of questions, verdicts and suggestions in an SQL database."""

from __future__ import annotations

from faqbot.store.store import Store, open_store

__all__ = ["Store", "open_store"]
