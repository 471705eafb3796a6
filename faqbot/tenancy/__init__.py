"""Tenancy: many knowledge bases in one process, each opened when it is asked.

`tenants` keeps the bots that fit in a budget of memory. `sources` finds knowledge bases of tenants.
`footprint` measures the memory of a bot.
"""

from __future__ import annotations

from faqbot.tenancy.sources import TenantSource
from faqbot.tenancy.tenants import DEFAULT_BYTES, Tenants, open_tenants

__all__ = ["DEFAULT_BYTES", "TenantSource", "Tenants", "open_tenants"]
