"""Store of questions, verdicts and suggestions in an SQL database."""

from __future__ import annotations

from faqbot.store.accepted_request import AcceptedRequest
from faqbot.store.request_queue import RequestQueue
from faqbot.store.store import Store, open_store
from faqbot.store.upgrading import StoreSchema, read_schema, upgrade_schema

__all__ = [
    "AcceptedRequest",
    "RequestQueue",
    "Store",
    "StoreSchema",
    "open_store",
    "read_schema",
    "upgrade_schema",
]
