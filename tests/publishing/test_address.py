"""Addresses of published knowledge bases, which never show a password."""

from __future__ import annotations

import pytest

from faqbot import list_versions
from faqbot.errors import PublishError, StoreError, TenantError
from faqbot.publishing.address import PublishedAddress

_SECRET = "hunter2"  # noqa: S105  made up


@pytest.mark.parametrize(
    ("text", "url", "tenant"),
    [
        ("postgresql://u@h:1/d?tenant=T-1", "postgresql://u@h:1/d", "T-1"),
        ("postgresql://u@h/d?tenant=t&sslmode=require", "postgresql://u@h/d?sslmode=require", "t"),
        ("sqlite:////srv/kb.db", "sqlite:////srv/kb.db", ""),
        ("mysql+pymysql://u:p@h/d?tenant=", "mysql+pymysql://u:p@h/d", ""),
    ],
)
def test_the_tenant_is_taken_out_of_the_address(text: str, url: str, tenant: str) -> None:
    """Drivers do not know it."""
    assert PublishedAddress.parse(text) == PublishedAddress(url, tenant)


def test_a_tenant_may_stand_beside_the_address() -> None:
    """Also the same tenant twice, but not two of them."""
    assert PublishedAddress.parse("sqlite:///a?tenant=t", "t").tenant == "t"
    assert PublishedAddress.parse("sqlite:///a", "t").tenant == "t"
    with pytest.raises(PublishError, match="two tenants"):
        PublishedAddress.parse("sqlite:///a?tenant=t", "other")


@pytest.mark.parametrize("tenant", ["a b", "../x", "é", "x" * 65, "a%00"])
def test_a_malformed_tenant_is_refused(tenant: str) -> None:
    """With a sentence on the form."""
    with pytest.raises(TenantError, match="letters"):
        PublishedAddress.parse(f"sqlite:///a?tenant={tenant}")


@pytest.mark.parametrize("text", ["", "kb.yaml", "C:\\kb", "/srv/kb", "kb/sub"])
def test_a_path_is_no_address(text: str) -> None:
    """It is one of a file or folder."""
    with pytest.raises(PublishError, match="give a URL"):
        PublishedAddress.parse(text)


@pytest.mark.parametrize("text", ["sqlite:///a\0b", "sqlite:///\ud800", "postgresql://h\n/x"])
def test_characters_that_no_address_has_are_refused(text: str) -> None:
    """Before a driver fails on them."""
    with pytest.raises(PublishError, match="give a URL"):
        PublishedAddress.parse(text)


@pytest.mark.parametrize(
    "url",
    [
        "mysql+pymysql:///x?connect_timeout=soon",
        "mysql+pymysql:///x?nonsense=1",
        f"postgresql://{'a' * 70}.example/x",
        "postgresql:///x?connect_timeout=soon",
        "postgresql://h:port/x",
    ],
)
def test_arguments_that_a_driver_refuses_are_told(url: str) -> None:
    """In one sentence, also where the driver raises an error of Python."""
    if url.startswith("mysql"):
        pytest.importorskip("pymysql", reason="the driver is not installed")
    with pytest.raises(StoreError) as caught:
        list_versions(url)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://jo:{_SECRET}@h/d",
        f"postgresql://jo:a/b?c#{_SECRET}@h/d?tenant=t",
        f"postgresql://jo@h/d?password={_SECRET}&tenant=t",
        f"postgresql://:{_SECRET}@/d",
        f"mysql+pymysql://h/d?passwd={_SECRET}",
    ],
)
def test_no_password_is_shown(url: str) -> None:
    """Neither by `str` nor by `repr`; the driver gets it."""
    address = PublishedAddress.parse(url)

    assert _SECRET not in f"{address} {address!r} {[address]}"
    assert _SECRET in address.url
