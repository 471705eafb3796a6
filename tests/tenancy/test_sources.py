"""Sources of tenants: a folder, and published knowledge bases."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from faqbot import TenantError, open_tenants, publish_knowledge_base
from faqbot.errors import KnowledgeBaseError, KnowledgeBaseNotFound, PublishError, StoreError
from faqbot.tenancy.sources import FolderTenants, PublishedTenants, index_folder
from faqbot.tenancy.tenants import CHECK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Write = Callable[[Path, str], None]


@pytest.fixture
def folder(tmp_path: Path, write_base: Write) -> Path:
    """Return a folder with a tenant in a file and one in a folder, and names that are no tenant."""
    write_base(tmp_path / "bases/acme.yaml", "Pay at Acme.")
    write_base(tmp_path / "bases/globex/main.yaml", "Pay at Globex.")
    write_base(tmp_path / "bases/.hidden/main.yaml", "secret")
    write_base(tmp_path / "bases/not an id.yaml", "secret")
    write_base(tmp_path / "outside.yaml", "secret")
    (tmp_path / "bases/notes.txt").write_text("hello")
    return tmp_path / "bases"


def test_a_folder_has_a_tenant_for_each_file_and_folder(folder: Path) -> None:
    """Hidden names, other files and names that are no id are left alone."""
    source = FolderTenants(folder)

    assert [*source.tenants()] == ["acme", "globex"]
    assert source.open("acme", "none").ask("How do I pay?").text == "Pay at Acme."
    assert source.open("globex", "none").ask("How do I pay?").text == "Pay at Globex."


@pytest.mark.parametrize(
    "name",
    ["../outside", "..", ".", ".hidden", "not an id", "notes", "bases", "a/b", "acme.yaml", ""],
)
def test_a_name_leads_nowhere_else(name: str, folder: Path) -> None:
    """No path outside the folder is opened, and no name that is hidden."""
    source = FolderTenants(folder)

    assert source.stamp(name) is None
    with pytest.raises(TenantError):
        source.open(name, "none")


def test_a_stamp_changes_with_each_edit(folder: Path, write_base: Write) -> None:
    """Written, added and removed files count."""
    source = FolderTenants(folder)
    stamps = [source.stamp("globex"), source.stamp("globex")]
    assert stamps[0] == stamps[1]
    write_base(folder / "globex/main.yaml", "Pay by card.")
    stamps.append(source.stamp("globex"))
    write_base(folder / "globex/more/other.yaml", "Pay later.")
    stamps.append(source.stamp("globex"))
    (folder / "globex/main.yaml").unlink()
    stamps.append(source.stamp("globex"))

    assert len(set(stamps[1:])) == 4


def test_two_bases_of_one_tenant_are_said(folder: Path, write_base: Write) -> None:
    """A file and a folder of one name are a fault, as only one can be meant."""
    write_base(folder / "globex.yaml", "Pay twice.")

    assert [*FolderTenants(folder).tenants()] == ["acme", "globex"]
    with pytest.raises(KnowledgeBaseError, match=r"globex.yaml is there too: keep one of the two"):
        FolderTenants(folder).open("globex", "none")


def test_an_index_of_each_tenant_is_kept(folder: Path) -> None:
    """A cold tenant reads its index; those of many tenants do not displace each other."""
    source = FolderTenants(folder)
    assert source.open("acme", "none").cache_state == "written"
    again = source.open("acme", "none")

    assert again.cache_state == "read"
    assert again.cache_path is not None
    assert again.cache_path.parent == index_folder(source.name, "acme")
    assert index_folder(source.name, "acme") != index_folder(source.name, "globex")


def test_three_indexes_of_a_tenant_are_kept(folder: Path, write_base: Write) -> None:
    """The index of an old edit is removed."""
    source = FolderTenants(folder)
    for number in range(5):
        write_base(folder / "acme.yaml", f"Pay {number} times.")
        bot = source.open("acme", "none")

    assert bot.cache_path is not None
    assert len([*bot.cache_path.parent.glob("*.index")]) == 3


def test_a_place_that_is_no_folder_is_said(tmp_path: Path) -> None:
    """The message names the remedy."""
    with pytest.raises(
        KnowledgeBaseNotFound, match="name one with a knowledge base for each tenant"
    ):
        open_tenants(tmp_path / "nowhere")


def test_an_edit_of_a_folder_is_answered(folder: Path, write_base: Write) -> None:
    """With real files and the real clock's stamps."""
    with open_tenants(folder, "none") as tenants:
        assert tenants.open("acme").ask("How do I pay?").text == "Pay at Acme."
        write_base(folder / "acme.yaml", "Pay by card.")
        tenants._slots["acme"].checked -= CHECK_SECONDS

        assert tenants.open("acme").ask("How do I pay?").text == "Pay by card."


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database on each kind of server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/published.db"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def publish(url: str, tmp_path: Path, write_base: Write) -> Callable[[str, str], None]:
    """Return a function that publishes a knowledge base with an answer for a tenant."""

    def publish_it(tenant: str, answer: str) -> None:
        path = tmp_path / f"{tenant}.yaml"
        write_base(path, answer)
        publish_knowledge_base(path, url, tenant, encoders=["none"])

    return publish_it


@pytest.fixture
def published(url: str, publish: Callable[[str, str], None]) -> Iterator[PublishedTenants]:
    """Return the published tenants, two of them."""
    publish("acme", "Pay at Acme.")
    publish("globex", "Pay at Globex.")
    source = PublishedTenants(url)
    yield source
    source.close()


def _wait_for(condition: Callable[[], bool]) -> None:
    """Return when *condition* holds; a thread of the source makes it so within seconds."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        os.sched_yield()


def test_published_bases_are_opened_by_their_index(
    published: PublishedTenants, publish: Callable[[str, str], None]
) -> None:
    """A cold tenant builds nothing, and a new version is heard of."""
    assert [*published.tenants()] == ["acme", "globex"]
    bot = published.open("acme", "none")
    assert bot.cache_state == "read"
    assert bot.ask("How do I pay?").text == "Pay at Acme."
    before = published.stamp("acme")
    publish("acme", "Pay by card.")
    _wait_for(lambda: published.stamp("acme") != before)

    assert published.open("acme", "none").ask("How do I pay?").text == "Pay by card."
    assert published.stamp("nobody") is None
    with pytest.raises(TenantError):
        published.open("nobody", "none")


def test_a_new_tenant_is_heard_of(
    published: PublishedTenants, publish: Callable[[str, str], None]
) -> None:
    """Its first version makes it known."""
    publish("hooli", "Pay at Hooli.")
    _wait_for(lambda: published.stamp("hooli") is not None)

    assert published.open("hooli", "none").ask("How do I pay?").text == "Pay at Hooli."


def test_an_address_of_one_tenant_is_refused(tmp_path: Path) -> None:
    """It would hide that all tenants are served."""
    with pytest.raises(PublishError, match="leave out"):
        open_tenants(f"sqlite:///{tmp_path}/a.db?tenant=acme")


def test_a_foreign_database_is_said(tmp_path: Path) -> None:
    """A file that is no database is one sentence."""
    (tmp_path / "a.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        open_tenants(f"sqlite:///{tmp_path}/a.db")
