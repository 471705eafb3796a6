"""What Slack sends to a request URL: bodies as it encodes them, signed as it signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

JSON_TYPE = "application/json"
_FORM_TYPE = "application/x-www-form-urlencoded"


def encoded(kind: str, payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return the body for *payload*, and its content type."""
    if kind == "events_api":
        return json.dumps(payload).encode(), JSON_TYPE
    if kind == "slash_commands":
        return urlencode(payload).encode(), _FORM_TYPE
    return urlencode({"payload": json.dumps(payload)}).encode(), _FORM_TYPE


def signed(body: bytes, secret: str, at: float | None = None) -> dict[str, str]:
    """Return the headers that prove that *body* is Slack's, of the time *at* (now)."""
    timestamp = str(int(time.time() if at is None else at))
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
