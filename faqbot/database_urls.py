"""URLs of databases: parts, secrets, and the difference from paths."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

# Parts of a URL as SQLAlchemy reads them: a password may hold any character but "@".
DATABASE_URL = re.compile(
    r"(?P<scheme>[\w+.-]+://)(?:(?P<user>[^:/]*)(?P<password>:[^@]*)?(?P<at>@))?"
    r"(?P<place>[^?]*)(?:\?(?P<query>.*))?",
    re.DOTALL,
)
# Arguments of drivers that are secret, in lower case.
SECRET_ARGUMENTS = frozenset(
    {"password", "passwd", "passphrase", "sslpassword", "ssl_key_password"}
)
# Beginning of a URL. A wrong scheme is one as well: no file should be made whose name has a password.
_BEGINNING = re.compile(r"[^/\\]*://")
_HIDDEN = "***"


def is_address(text: str) -> bool:
    """Return True if *text* is a URL, such as that of a database, and not the path of a file or folder."""
    return _BEGINNING.match(text) is not None


def hide_password(url: str) -> str:
    """Return *url* with "***" in place of its password and of secret arguments.

    A text that is no URL of a database is hidden as a whole.
    """
    found = DATABASE_URL.fullmatch(url)
    if found is None:
        return _HIDDEN
    shown = found["scheme"] + (found["user"] or "")
    # A password with an "@" that is not quoted goes on in the place.
    place = found["place"].rpartition("@")[2] if found["password"] else found["place"]
    shown += (f":{_HIDDEN}" if found["password"] else "") + (found["at"] or "") + place
    pairs = [
        (name, _HIDDEN if name.lower() in SECRET_ARGUMENTS else value)
        for name, value in parse_qsl(found["query"] or "", keep_blank_values=True)
    ]
    return f"{shown}?{urlencode(pairs, safe='*/')}" if pairs else shown
