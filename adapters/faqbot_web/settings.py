"""Settings of the service from TOML: access, keys, tokens and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from faqbot import AdapterSettingsError, TenantError, check_tenant, parse_settings, proxy_network

# Requests that are answered at once, and beyond which others get 503. Chosen by hand: an answer takes
# milliseconds, so that a hundred at once wait less than a second.
DEFAULT_CONCURRENCY = 100
# Requests a minute of one key and address, if nothing is set and they come over a network. Chosen by
# hand: two a second, more than a person types.
DEFAULT_PER_MINUTE = 120
# Largest number of requests a minute, or at once, in a setting. Chosen by hand.
MAX_COUNT = 1_000_000
# Least bytes of the secret of tokens: those of the hash of HS256 (RFC 7518, 3.2).
MIN_SECRET_BYTES = 32
# Tenant of a key that opens all tenants.
ALL_TENANTS = "*"
KEY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]|\*", re.IGNORECASE)


def normalize_origin(text: str) -> str:
    """Return the origin *text* in small letters, without a default port, else ""."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return ""
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        return ""
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme.lower()}://{host.lower()}" + (
        f":{port}" if port not in (None, default) else ""
    )


def _origin(text: str) -> str:
    normal = normalize_origin(text)
    if not normal:
        raise ValueError('this must be an origin, such as "https://www.example.org"')
    return normal


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError('this must be the name of a host without its port, or "*" for every host')
    return text.lower()


def _network(text: str) -> str:
    try:
        return proxy_network(text)
    except ValueError:
        raise ValueError('this must be an address or a network, such as "10.0.0.0/8"') from None


def _hash(text: str) -> str:
    if not _HASH.fullmatch(text):
        raise ValueError("this must be the hash that `faqbot serve key add` writes")
    return text


def _secret(text: str) -> str:
    if len(text.encode()) < MIN_SECRET_BYTES:
        raise ValueError(f"this must have at least {MIN_SECRET_BYTES} bytes")
    return text


def _tenant(text: str) -> str:
    if text == ALL_TENANTS:
        return text
    try:
        return check_tenant(text)
    except TenantError as error:
        raise ValueError(str(error)) from None


Count = Annotated[int, Field(ge=1, le=MAX_COUNT)]
# Longest label of an audience, in characters: chosen by hand.
Label = Annotated[str, Field(min_length=1, max_length=100)]
Origins = tuple[Annotated[str, AfterValidator(_origin)], ...]


class SettingsModel(BaseModel):
    """Base of the tables: frozen, with no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class KeySettings(SettingsModel):
    """One key: its SHA-256 as *hash*, and the access that it gives.

    *tenant* is the only tenant that it opens, "*" for all. *audience* are the labels of its holders. *origins* are the only pages that may use it, empty for
    programs. *per_minute* is its own rate. *matches* shows scores. *operator* opens the metrics and
    the report.
    """

    hash: Annotated[str, AfterValidator(_hash)]
    tenant: Annotated[str, AfterValidator(_tenant)] = ""
    audience: frozenset[Label] = frozenset()
    origins: Origins = ()
    per_minute: Count | None = None
    matches: bool = False
    operator: bool = False


class TokenSettings(SettingsModel):
    """Signed tokens that name a person: the *secret* of their signature, and their *audience*."""

    secret: Annotated[str, AfterValidator(_secret)]
    audience: Annotated[str, Field(min_length=1)]


class InterfaceSettings(SettingsModel):
    """Compatible interfaces, each switched on or off.

    *report_gap* gives AI assistants a tool with which they suggest an entry to the authors.
    """

    openai: bool = True
    azure: bool = True
    rasa: bool = True
    mcp: bool = True
    report_gap: bool = False


class WebSettings(SettingsModel):
    """Validated settings of the service; without a file, every setting has its default.

    *public* lets callers without a key ask. *origins* are pages that may ask without a key. *hosts* are
    the names under which the service is reached, *proxies* the addresses whose `X-Forwarded-For` counts.
    *per_minute* and *concurrency* bound requests. *metrics_key* asks for the key of an operator at
    `/metrics`.
    """

    public: bool = False
    origins: Origins = ()
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    per_minute: Count | None = None
    concurrency: Count = DEFAULT_CONCURRENCY
    metrics_key: bool = False
    keys: Mapping[Annotated[str, Field(pattern=f"^{KEY_NAME.pattern}$")], KeySettings] = {}
    tokens: TokenSettings | None = None
    doors: InterfaceSettings = InterfaceSettings()

    @cached_property
    def all_origins(self) -> frozenset[str]:
        """Origins of every page that may call: those without a key, and those of keys."""
        return frozenset(self.origins).union(*(key.origins for key in self.keys.values()))

    @property
    def is_open(self) -> bool:
        """True if a caller without a key may ask."""
        return self.public or not self.keys


def load_settings(path: str | Path) -> WebSettings:
    """Read the file at *path*; without one, every setting has its default.

    Raises AdapterSettingsError with every fault of the file, each with its key.
    """
    if not str(path):
        return WebSettings()
    try:
        return WebSettings.model_validate(parse_settings(Path(path)))
    except ValidationError as error:
        faults = "\n".join(f"{path}: {fault}" for fault in describe_faults(error))
        raise AdapterSettingsError(faults) from None


def check_tenant_keys(settings: WebSettings, *, has_tenants: bool) -> None:
    """Raise AdapterSettingsError unless each key names a tenant if, and only if, the service *has_tenants*.

    A key without a tenant would open all of them by mistake.
    """
    faults = []
    for name, key in settings.keys.items():
        if has_tenants and not key.tenant:
            advice = 'name the only tenant that this key opens, or "*" for all'
            faults.append(f"keys.{name}.tenant: this setting is missing: {advice}")
        elif key.tenant and not has_tenants:
            advice = "serve tenants with  faqbot serve --tenants PLACE  or leave it out"
            faults.append(f"keys.{name}.tenant: this service has no tenants: {advice}")
    if faults:
        raise AdapterSettingsError("\n".join(faults))


def describe_faults(error: ValidationError) -> Iterator[str]:
    """Yield a sentence for each fault, with its key."""
    for fault in error.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in fault["loc"] if part != "[key]")
        if fault["type"] == "extra_forbidden":
            yield f"{key}: there is no such setting; {_advice(fault['loc'])}"
        elif fault["type"] == "missing":
            yield f"{key}: this setting is missing"
        else:
            yield f"{key}: {_plain(fault['msg'])}"


def _advice(loc: tuple[int | str, ...]) -> str:
    """Return advice that names the known key nearest to the last of *loc*, or all keys."""
    known = [*_table_at(loc[:-1]).model_fields]
    near = get_close_matches(str(loc[-1]), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"


def _table_at(loc: tuple[int | str, ...]) -> type[SettingsModel]:
    tables: dict[str, type[SettingsModel]] = {
        "keys": KeySettings,
        "tokens": TokenSettings,
        "doors": InterfaceSettings,
    }
    return tables[str(loc[0])] if loc else WebSettings


def _plain(message: str) -> str:
    """Return a message of pydantic as the rest of a sentence."""
    plain = message.removeprefix("Value error, ")
    return plain if plain != message else message.replace("Input should be", "this must be")
