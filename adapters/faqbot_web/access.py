"""Access: who calls, by key, origin and token, and whether the caller may."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from faqbot import network_of
from faqbot_web.person_tokens import TOKEN_HEADER, read_token
from faqbot_web.problems import Problem
from faqbot_web.rate_limits import RateLimiter, is_local_peer
from faqbot_web.settings import (
    ALL_TENANTS,
    DEFAULT_PER_MINUTE,
    KeySettings,
    check_tenant_keys,
    normalize_origin,
)

if TYPE_CHECKING:
    from faqbot_web.conversations import Binding
    from faqbot_web.settings import WebSettings

# Longest key that is hashed, in characters. Chosen by hand: keys have 43.
MAX_KEY_CHARS = 512
# Hash that no key has: it stands for the missing key, so that every refusal does the same work.
_NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: name of the *key*, *origin* of the page, and labels of the *audience*.

    *key* and *origin* are "" without one; the service's own pages have no origin. *person* is the one
    that a token names. *sees_matches* and *is_operator* are rights of the key. *tenant* is the one that is
    asked, "" in a service without tenants.
    """

    key: str = ""
    origin: str = ""
    audience: frozenset[str] = frozenset()
    person: str = ""
    sees_matches: bool = False
    is_operator: bool = False
    tenant: str = ""

    @property
    def binding(self) -> Binding:
        """Key, origin and tenant that conversations and records belong to."""
        return (self.key, self.origin, *([self.tenant] if self.tenant else []))


class AccessControl:
    """Access control of the API, by key, origin, token and rate."""

    def __init__(
        self,
        settings: WebSettings,
        limiter: RateLimiter | None = None,
        *,
        has_tenants: bool = False,
    ) -> None:
        """Admit by *settings*; if it *has_tenants*, each request asks one of them.

        Raises AdapterSettingsError for a key whose tenant is missing, or is one too many.
        """
        check_tenant_keys(settings, has_tenants=has_tenants)
        self._has_tenants = has_tenants
        self.settings = settings
        self._limiter = RateLimiter() if limiter is None else limiter
        self._hosts = frozenset(settings.hosts)

    def check_host(self, host: str) -> None:
        """Raise Problem (421) unless the service may be reached under *host*.

        Addresses and names without a dot cannot be rebound by a foreign domain, and are allowed. So is a
        request without a host, as a load balancer sends to check a service: browsers always send one.
        """
        name = _without_port(host).lower().rstrip(".")
        if "*" in self._hosts or name in self._hosts or name.endswith(".localhost"):
            return
        if ("." not in name or _is_address(name)) and ":" not in name:
            return
        if name.startswith("[") and _is_address(name[1:-1]):
            return
        raise Problem(
            421,
            f"This service is not reached as {name[:100]!r}: name that host under `hosts` in its settings.",
        )

    def admit(
        self, headers: Mapping[str, str], address: str, key: str | None, tenant: str = ""
    ) -> Caller:
        """Return who calls; raises Problem with 401, 403, 404 or 429.

        *headers* have small names. *address* is that of the peer, *key* the text sent as a key, and
        *tenant* the one that the path names.
        """
        try:
            caller, limits = self._identify(headers, key)
            caller = replace(caller, tenant=self._tenant_of(limits, tenant))
        except Problem:
            self._count("", network_of(address), self._per_minute(None, address))
            raise
        self._count(caller, network_of(address), self._per_minute(limits, address))
        if token := headers.get(TOKEN_HEADER):
            claims = read_token(token, self.settings.tokens, caller.tenant)
            audience = caller.audience | claims.audience
            return replace(caller, person=claims.person, audience=audience)
        return caller

    def admit_operator(self, key: str | None, address: str, tenant: str = "") -> str:
        """Return the tenant whose records *key*, one of an operator, opens; "" without tenants.

        *address* is that of the peer, and *tenant* the one that the path names. Raises Problem (401, 403,
        404 or 429) for another key.
        """
        try:
            return self._tenant_of(self._check_operator(key), tenant)
        except Problem:
            self._count("", network_of(address), self._per_minute(None, address))
            raise

    def admit_operator_of_all(self, key: str | None, address: str) -> None:
        """Raise Problem (401, 403 or 429) unless *key* is one of an operator of all tenants."""
        try:
            self._check_operator_of_all(key)
        except Problem:
            self._count("", network_of(address), self._per_minute(None, address))
            raise

    def _check_operator_of_all(self, key: str | None) -> None:
        found = self._check_operator(key)
        if self._has_tenants and found.tenant != ALL_TENANTS:
            raise Problem(403, "This key is not one of an operator of all tenants.")

    def _tenant_of(self, key: KeySettings | None, tenant: str) -> str:
        """Return the tenant that is asked: that of *key*, or the *tenant* in the path.

        A key of one tenant is refused alike for every other one, whether it exists or not.
        """
        if not self._has_tenants:
            return ""
        own = "" if key is None else key.tenant
        if own not in {"", ALL_TENANTS}:
            if tenant not in {"", own}:
                raise Problem(403, "This key does not open the tenant that the address names.")
            return own
        if not tenant:
            raise Problem(
                404, "Name a tenant in the address, as in /t/TENANT/v1/ask, or send its key."
            )
        return tenant

    def _check_operator(self, key: str | None) -> KeySettings:
        challenge = {"WWW-Authenticate": 'Basic realm="faqbot", charset="UTF-8"'}
        if not key or not self.settings.keys:
            raise Problem(
                401,
                "Send the key of an operator: `faqbot serve key add NAME --operator` makes one.",
                headers=challenge,
            )
        try:
            name, found = self._find_key(key)
        except Problem as refusal:
            raise Problem(401, refusal.detail, headers=challenge) from None
        if not found.operator:
            raise Problem(403, f"The key {name!r} is not one of an operator.")
        return found

    def _identify(
        self, headers: Mapping[str, str], key: str | None
    ) -> tuple[Caller, KeySettings | None]:
        origin = "" if is_own_page(headers) else headers.get("origin", "")
        if key and self.settings.keys:
            name, found = self._find_key(key)
            self._check_key_origin(name, found, headers)
            return _caller_of(name, found, normalize_origin(origin)), found
        if not self.settings.is_open:
            raise _unauthorized("Send a key as `Authorization: Bearer KEY`.")
        if origin and normalize_origin(origin) not in self.settings.origins:
            raise Problem(
                403, "Pages of this origin may not ask: name it under `origins` in the settings."
            )
        own = Caller(origin=normalize_origin(origin), sees_matches=not self.settings.keys)
        return own, None

    def _find_key(self, key: str) -> tuple[str, KeySettings]:
        """Return the name and settings of *key*; every refusal compares every hash."""
        given = hashlib.sha256(key[:MAX_KEY_CHARS].encode("utf-8", "replace")).hexdigest()
        found = ""
        for name, each in self.settings.keys.items():
            if hmac.compare_digest(each.hash, given):
                found = name
        hmac.compare_digest(_NO_HASH, given)
        if not found or len(key) > MAX_KEY_CHARS:
            raise _unauthorized("This key is not known: send one that `faqbot serve key add` made.")
        return found, self.settings.keys[found]

    def _check_key_origin(self, name: str, key: KeySettings, headers: Mapping[str, str]) -> None:
        if not key.origins or is_own_page(headers):
            return
        if normalize_origin(headers.get("origin", "")) not in key.origins:
            raise Problem(
                403, f"The key {name!r} is for pages of its origins only: add this origin to it."
            )

    def _per_minute(self, key: KeySettings | None, address: str) -> int | None:
        if key is not None and key.per_minute:
            return key.per_minute
        if self.settings.per_minute:
            return self.settings.per_minute
        return None if is_local_peer(address) else DEFAULT_PER_MINUTE

    def _count(self, caller: Caller | str, network: str, per_minute: int | None) -> None:
        if per_minute is None:
            return
        key, tenant = (caller, "") if isinstance(caller, str) else (caller.key, caller.tenant)
        wait = self._limiter.take((key, network, *([tenant] if tenant else [])), per_minute)
        if wait:
            seconds = math.ceil(wait)
            raise Problem(
                429,
                f"Too many requests: at most {per_minute} a minute. Try again in {seconds} s.",
                headers={"Retry-After": str(seconds)},
            )


def bearer_key(headers: Mapping[str, str]) -> str | None:
    """Return the key of the Authorization header, Bearer or Basic's password."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return pair.partition(":")[2] or None


def is_own_page(headers: Mapping[str, str]) -> bool:
    """Return True if the headers name a page of the service itself as the sender."""
    origin = headers.get("origin", "")
    if not origin:
        return headers.get("sec-fetch-site") == "same-origin"
    normal = normalize_origin(origin)
    host = headers.get("host", "")
    return bool(normal) and normal in {
        normalize_origin(f"http://{host}"),
        normalize_origin(f"https://{host}"),
    }


def _caller_of(name: str, key: KeySettings, origin: str) -> Caller:
    return Caller(
        key=name,
        origin=origin,
        audience=key.audience,
        sees_matches=key.matches,
        is_operator=key.operator,
    )


def _unauthorized(detail: str) -> Problem:
    return Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() and not name.endswith(":") else host


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
