"""Ids of tenants, in the one form that all parts accept."""

from __future__ import annotations

import re

from faqbot.errors import TenantError

# Longest id of a tenant, in characters: it fits in a label of a host name or of a metric.
MAX_TENANT_CHARS = 64
# Characters of a wrong id that a message shows. Chosen by hand.
_MAX_SHOWN = 40
_TENANT = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_TENANT_CHARS}}}", re.ASCII)


def check_tenant(tenant: str) -> str:
    """Return *tenant*, the id of a tenant; "" stands for the records without a tenant.

    Raises TenantError unless it has up to 64 letters, digits, "-" and "_".
    """
    if not tenant or _TENANT.fullmatch(tenant):
        return tenant
    shown = tenant if len(tenant) <= _MAX_SHOWN else f"{tenant[:_MAX_SHOWN]}..."
    raise TenantError(
        f"{shown!r} is not the id of a tenant: use up to {MAX_TENANT_CHARS} letters (A to Z), digits, "
        '"-" and "_"'
    )
