"""Networks of clients, which share a limit, and of the proxies that tell the address of a client."""

from __future__ import annotations

import ipaddress

# Bits of an IPv6 address that one customer of a provider has (RFC 6177).
_IPV6_PREFIX = 64


def network_of(address: str) -> str:
    """Return the part of *address* that shares a limit.

    That is an IPv4 address, or 64 bits of an IPv6 address. Another text is returned as it is.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))
    return str(found)


def proxy_network(text: str) -> str:
    """Return the address or network of a proxy, *text*, as `ProxyHeadersMiddleware` of uvicorn reads it.

    An address with a prefix stands for its network. Raises ValueError for another text.
    """
    if "/" in text:
        return str(ipaddress.ip_network(text, strict=False))
    return str(ipaddress.ip_address(text))
