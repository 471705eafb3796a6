"""Installations in the store: encrypted, one per workspace, and readable after a change of keys."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")

from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot, Installation

from faqbot import open_store
from faqbot_slack.installations.installation_store import (
    InstallationStore,
    NotOffered,
    UnreadableInstallation,
    name_of,
    title_of,
)
from faqbot_slack.oauth_app import OAuthApp, new_key
from tests.adapters.slack.fake.several import KEY, OTHER_KEY

# ruff: noqa: S106 - these tokens open nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Open = Callable[..., InstallationStore]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of the store."""
    return tmp_path / "store.db"


@pytest.fixture
def open_it(path: Path) -> Iterator[Open]:
    """Return a function that opens the installations with given keys."""
    stores = []

    def make(
        *keys: str, client: str = "1.2", offered_to: tuple[str, ...] = ()
    ) -> InstallationStore:
        stores.append(open_store(str(path)))
        return InstallationStore(stores[-1], OAuthApp(client, "secret", keys or (KEY,)), offered_to)

    yield make
    for store in stores:
        store.close()


def _bot(team: str = "T1ACME", **fields: object) -> Bot:
    known = {
        "bot_token": f"xoxb-{team}",
        "bot_id": "B0",
        "bot_user_id": "U0BOT",
        "installed_at": 1.5,
    }
    return Bot(**{"team_id": team, "team_name": "Acme", **known, **fields})  # type: ignore[arg-type]


def test_an_installation_comes_back_as_it_was(open_it: Open) -> None:
    """Every field of the bot is kept, the times as numbers."""
    rotating = _bot(bot_refresh_token="xoxe-1", bot_token_expires_at=1234, bot_scopes="a,b")
    open_it().put(rotating)

    found = open_it().find("T1ACME")
    assert found is not None
    assert found.to_dict() == rotating.to_dict()
    assert (found.bot_token_expires_at, found.installed_at) == (1234, 1.5)
    assert open_it(client="3.4").find("T1ACME") is None


def test_no_token_is_readable_in_the_database(open_it: Open, path: Path) -> None:
    """Neither tokens nor names stand in the file, also not after a change."""
    store = open_it()
    store.put(_bot(bot_refresh_token="xoxe-secret"))
    store.put(_bot(bot_token="xoxb-second"))
    with closing(sqlite3.connect(path)) as connection:
        stored = "\n".join(connection.iterdump())

    assert [each for each in ("xoxb", "xoxe", "Acme", KEY) if each in stored] == []


def test_keys_are_changed_without_a_new_installation(open_it: Open) -> None:
    """The new key is added, comes first and encrypts all, and the old one goes."""
    open_it(KEY).put(_bot())
    both = open_it(OTHER_KEY, KEY)
    both.put(_bot("T2BETA"))
    assert both.under_older_keys() == ["T1ACME"]
    assert both.renew_encryption() == 1
    assert (both.renew_encryption(), both.under_older_keys()) == (0, [])

    alone = [*open_it(OTHER_KEY).all()]
    assert [name_of(each) for each in alone if isinstance(each, Bot)] == ["T1ACME", "T2BETA"]


def test_a_token_without_its_key_is_left_as_it_is(open_it: Open) -> None:
    """It is named, the others are read, and nothing overwrites it: the key may come back."""
    open_it(KEY).put(_bot())
    other = open_it(OTHER_KEY)
    other.put(_bot("T2BETA"))

    unreadable, readable = other.all()
    assert isinstance(unreadable, UnreadableInstallation)
    assert isinstance(readable, Bot)
    assert str(unreadable).startswith("the tokens of T1ACME cannot be decrypted: add the key")
    with pytest.raises(UnreadableInstallation):
        other.find("T1ACME")
    assert (other.renew_encryption(), other.under_older_keys()) == (0, [])
    assert open_it(KEY, OTHER_KEY).find("T1ACME") is not None


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"no json", b'{"bot_token": 1}', b"\xff"])
def test_content_of_another_form_is_unreadable(open_it: Open, content: bytes) -> None:
    """A text that a newer faqbot wrote is told as one that cannot be decrypted."""
    with pytest.raises(UnreadableInstallation):
        open_it().unseal("T1ACME", Fernet(KEY).encrypt(content).decode())


@given(st.text())
def test_any_text_is_unreadable(text: str) -> None:
    """A damaged row is told, whatever it holds."""
    store = InstallationStore(open_store("sqlite://"), OAuthApp("1", "s", (KEY,)))

    with pytest.raises(UnreadableInstallation):
        store.unseal("T1ACME", text)


def test_an_organisation_is_one_installation(open_it: Open) -> None:
    """Its name is its own id; a workspace of it has the id of the workspace."""
    everywhere = _bot(team_id=None, enterprise_id="E1", enterprise_name="Org", is_enterprise_install=True)  # fmt: skip
    inside = _bot(enterprise_id="E1")
    for each in (everywhere, inside):
        open_it().put(each)

    assert [name_of(each) for each in open_it().all() if isinstance(each, Bot)] == ["E1", "T1ACME"]
    assert title_of(everywhere) == "the organisation Org (E1)"
    assert title_of(_bot(team_name="A\n" + "x" * 99)) == f"the workspace A {'x' * 58} (T1ACME)"


def _new(team: str | None, **fields: object) -> Installation:
    known = {"bot_token": "xoxb-1", "bot_id": "B0", "bot_user_id": "U0BOT", "user_id": "U1"}
    return Installation(**{"team_id": team, **known, **fields})  # type: ignore[arg-type]


def test_tokens_of_people_are_not_kept(open_it: Open) -> None:
    """Only the bot's token is needed, so that of the admin who installs is dropped."""
    store = open_it()
    asyncio.run(store.async_save(_new("T1ACME", user_token="xoxp-1", user_refresh_token="xoxe-2")))

    sealed = store.sealed("T1ACME")
    assert sealed is not None
    content = Fernet(KEY).decrypt(sealed.encode())
    assert (b"xoxb-1" in content, b"xoxp" in content, b"U1" in content) == (True, False, False)


def test_only_listed_workspaces_install(open_it: Open) -> None:
    """A workspace is listed by its own id, or by that of its organisation."""
    store = open_it(offered_to=("T1ACME", "E1"))
    for allowed in (_new("T1ACME"), _new("T2BETA", enterprise_id="E1")):
        asyncio.run(store.async_save(allowed))
    with pytest.raises(NotOffered):
        asyncio.run(store.async_save(_new("T3CITY", enterprise_id="E2")))

    assert [name_of(each) for each in store.all() if isinstance(each, Bot)] == ["T1ACME", "T2BETA"]


@pytest.mark.parametrize("fields", [{"bot_token": None}, {"bot_user_id": None}, {"team_id": None}])
def test_an_installation_without_a_bot_is_refused(open_it: Open, fields: dict[str, None]) -> None:
    """Without a token, a bot or a workspace there is nothing to answer with."""
    with pytest.raises(BoltError, match="no token for a bot"):
        asyncio.run(open_it().async_save(_new("T1ACME", **fields)))


def test_a_new_key_is_a_key() -> None:
    """The printed key encrypts, and no two are equal."""
    made = {new_key() for _ in range(3)}

    assert len(made) == 3
    for key in made:
        assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"
