"""Address of a published knowledge base: database and tenant, shown without password."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeAlias
from urllib.parse import parse_qsl, urlencode

from faqbot.database_urls import DATABASE_URL, hide_password
from faqbot.errors import PublishError
from faqbot.tenant_ids import check_tenant


@dataclass(frozen=True, slots=True)
class PublishedAddress:
    """Address of the published knowledge base of one tenant.

    *url* is an SQLAlchemy URL of the database, and *tenant* an id, "" without tenants. `str` gives both
    as one URL, without the password.
    """

    url: str = field(repr=False)
    tenant: str = ""

    @classmethod
    def parse(cls, text: str, tenant: str = "") -> Self:
        """Parse *text*, a URL such as ``postgresql://user@host/database?tenant=T``.

        *tenant* is the tenant if the URL names none. Raises PublishError if *text* is no URL, or names
        another tenant than *tenant*, and TenantError for a malformed tenant.
        """
        found = DATABASE_URL.fullmatch(text)
        if found is None or not text.isprintable():
            raise PublishError(
                "this is not the address of a database: give a URL such as "
                "postgresql://user@host/database?tenant=name"
            )
        options = parse_qsl(found["query"] or "", keep_blank_values=True)
        named = {value for name, value in options if name == "tenant"} | {tenant}
        if len(named - {""}) > 1:
            raise PublishError("two tenants are named: name one, in the address or beside it")
        rest = urlencode([pair for pair in options if pair[0] != "tenant"])
        url = text[: found.end("place")] + (f"?{rest}" if rest else "")
        return cls(url, check_tenant(max(named)))

    def __str__(self) -> str:
        """Return the URL with the tenant, and without the password."""
        shown = hide_password(self.url)
        if not self.tenant:
            return shown
        return f"{shown}{'&' if '?' in shown else '?'}tenant={self.tenant}"


# Place of a knowledge base: a file, a folder, or a published one.
KnowledgeBasePlace: TypeAlias = Path | PublishedAddress
