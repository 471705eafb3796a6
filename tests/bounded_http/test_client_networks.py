"""Networks of clients and proxies."""

from __future__ import annotations

import subprocess
import sys

import pytest

from faqbot import network_of, proxy_network


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_of_one_customer_share_a_limit(address: str, network: str) -> None:
    """IPv6 customers have whole networks."""
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.0.0.7/8", "10.0.0.0/8"),
        ("fd00::7/64", "fd00::/64"),
    ],
)
def test_an_address_with_a_prefix_is_its_network(text: str, network: str) -> None:
    """The middleware of uvicorn trusts none that has bits behind the prefix."""
    middleware = pytest.importorskip("uvicorn.middleware.proxy_headers")

    assert proxy_network(text) == network
    trusted = middleware.ProxyHeadersMiddleware(None, [proxy_network(text)]).trusted_hosts
    assert text.partition("/")[0] in trusted


@pytest.mark.parametrize("text", ["", "proxy", "10.0.0.0/33", "10.0.0", "*"])
def test_another_text_is_no_proxy(text: str) -> None:
    """A name would be trusted by no request."""
    with pytest.raises(ValueError, match=r"does not appear|Address"):
        proxy_network(text)


def test_settings_need_no_web_server() -> None:
    """`faqbot serve key` reads settings, and starts at once."""
    code = "import sys; from faqbot import proxy_network; print('uvicorn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert done.stdout.strip() == b"False"
