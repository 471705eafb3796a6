"""Pages of an installation in this process: who may install, how often, and what is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("aiohttp", reason="Slack needs faqbot[slack]")
pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
pytest.importorskip("cryptography", reason="several workspaces need faqbot[slack-oauth]")
pytest.importorskip("httpx", reason="these tests ask the pages without a server")

import httpx
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from faqbot import StoreError, open_store
from faqbot_slack.installations import oauth_pages
from faqbot_slack.installations.installation_store import InstallationStore
from faqbot_slack.installations.oauth_pages import InstallPages, OneTimeStates, oauth_settings
from faqbot_slack.oauth_app import OAuthApp
from tests.adapters.slack.fake.several import KEY, OTHER_KEY

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import MakeReplica
    from replica import Replica

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")

_SITE = "https://faq.example.org"
# End of an installation that nobody began.
_MADE_UP = "/slack/oauth_redirect?code=1&state=2"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Return a store on SQLite: the scenarios install on each database."""
    return str(tmp_path / "store.db")


class Browser:
    """Browser of an admin, at the pages of *replica*."""

    def __init__(self, replica: Replica, offered_to: tuple[str, ...] = (), **app: str) -> None:
        """Open the pages; *app* changes fields of the app, and *offered_to* may install."""
        self.replica, self.installed = replica, []
        fields = {"client_id": replica.app.client_id, "client_secret": replica.app.client_secret}
        known = OAuthApp(keys=replica.app.keys, **{**fields, **app})
        replica.slack.oauth.redirect_url = known.redirect_uri or f"{_SITE}/slack/oauth_redirect"
        self.store = InstallationStore(replica.store, known, offered_to)
        settings = oauth_settings(
            known, replica.slack.base_url, ["commands", "chat:write"], self.store, replica.store
        )
        client = replica.workspaces._factory.web.client
        self._site = Starlette(routes=InstallPages(settings, client, self.installed.append).routes)

    async def get(
        self, address: str, cookie: str = "", *, of: str = "192.0.2.1", forwarded: str = ""
    ) -> httpx.Response:
        """Return the page at *address*, for a peer at the address *of*."""
        transport = httpx.ASGITransport(self._site, client=(of, 4711))
        headers = {"Cookie": cookie} if cookie else {}
        headers |= {"X-Forwarded-For": forwarded} if forwarded else {}
        async with httpx.AsyncClient(transport=transport, base_url=_SITE) as client:
            return await client.get(address, headers=headers)

    async def begin(self) -> tuple[str, str]:
        """Return the authorize address of the first page, and the cookie."""
        page = await self.get("/slack/install")
        link = page.text.partition('href="http')[2].partition('"')[0].replace("&amp;", "&")
        return f"http{link}", page.headers["set-cookie"].partition(";")[0]

    async def install(self, team: str, **how: str) -> httpx.Response:
        """Install the app in *team*; return the last page."""
        link, cookie = await self.begin()
        return await self.get(self.replica.slack.oauth.agree(link, team, **how), cookie)


async def test_only_listed_workspaces_keep_the_app(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """Elsewhere the app is removed again at once, and nothing is kept."""
    del runner
    browser = Browser(await make_replica(), ("T1ACME",))
    refused = await browser.install("T2BETA")
    allowed = await browser.install("T1ACME")

    assert (refused.status_code, "not offered to your workspace" in refused.text) == (403, True)
    assert allowed.status_code == 200
    assert browser.installed == ["T1ACME"]
    oauth = browser.replica.slack.oauth
    assert {name: grant.revoked for name, grant in oauth.grants.items()} == {
        "T2BETA": "account_inactive",
        "T1ACME": "",
    }
    assert len([*browser.store.all()]) == 1


async def test_pages_are_strict(runner: asyncio.Runner, make_replica: MakeReplica) -> None:
    """No page is kept, framed, or tells its address; the cookie is for this site over TLS only."""
    del runner
    browser = Browser(await make_replica())
    for page in (await browser.get("/slack/install"), await browser.install("T1ACME")):
        assert page.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"
        cookie = page.headers["set-cookie"]
        assert all(word in cookie.lower() for word in ("secure", "httponly", "samesite=lax"))


async def test_nothing_of_an_address_reaches_slack(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """A link with parameters begins the same installation as one without."""
    del runner
    browser = Browser(await make_replica())
    page = await browser.get("/slack/install?team=T1%26scope%3Dadmin&scope=admin&state=x")

    assert "admin" not in page.text
    assert "scope=commands,chat:write&" in page.text.replace("&amp;", "&")


async def test_the_redirect_address_is_that_of_the_environment(
    runner: asyncio.Runner, make_replica: MakeReplica
) -> None:
    """An app with several redirect URLs names one at both steps."""
    del runner
    uri = f"{_SITE}/other/slack/oauth_redirect"
    browser = Browser(await make_replica(), redirect_uri=uri)
    link, cookie = await browser.begin()
    back = browser.replica.slack.oauth.agree(link, "T1ACME")

    assert back.startswith(f"{uri}?")
    page = await browser.get(back.replace("/other/", "/"), cookie)
    assert page.status_code == 200


async def test_many_ends_are_slowed_down(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood of made-up ends costs neither Slack nor the store anything."""
    del runner
    monkeypatch.setattr(oauth_pages, "MAX_PER_MINUTE", 3)
    browser = Browser(await make_replica())
    pages = [await browser.get(_MADE_UP, of=f"192.0.2.{number}") for number in range(5)]

    assert [page.status_code for page in pages] == [400, 400, 400, 429, 429]
    assert "Try it again in a minute" in pages[-1].text


@pytest.mark.parametrize("hostile", ["192.0.2.1", "2001:db8::"])
async def test_one_visitor_locks_nobody_out(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    monkeypatch: pytest.MonkeyPatch,
    hostile: str,
) -> None:
    """A visitor who is refused uses nothing up; the addresses of one IPv6 network are one visitor."""
    del runner
    monkeypatch.setattr(oauth_pages, "MAX_PER_ADDRESS", 3)
    monkeypatch.setattr(oauth_pages, "MAX_PER_MINUTE", 4)
    browser = Browser(await make_replica())
    own = [f"{hostile}{number}" if ":" in hostile else hostile for number in range(9)]
    pages = [await browser.get(_MADE_UP, of=address) for address in own]
    other = await browser.get(_MADE_UP, of="198.51.100.7")

    assert [page.status_code for page in pages] == [400] * 3 + [429] * 6
    assert other.status_code == 400


@pytest.mark.parametrize(
    ("forwarded", "told"), [("203.0.113.9", True), ("203.0.113.9, 192.0.2.1", False), ("", False)]
)
async def test_a_proxy_that_is_not_named_is_told_once(
    runner: asyncio.Runner,
    make_replica: MakeReplica,
    caplog: pytest.LogCaptureFixture,
    forwarded: str,
    *,
    told: bool,
) -> None:
    """All visitors behind it share a limit, until the settings name it."""
    del runner
    browser = Browser(await make_replica())
    for _ in range(2):
        await browser.get(_MADE_UP, of="192.0.2.1", forwarded=forwarded)
    lines = [each.getMessage() for each in caplog.records if "proxies" in each.getMessage()]

    sentence = (
        "192.0.2.1 passes requests on. If it is your proxy, name it in the setting proxies: its visitors "
        "share the limit of one address."
    )
    assert lines == [sentence] * told


async def test_a_refusal_is_logged_with_its_reason(
    runner: asyncio.Runner, make_replica: MakeReplica, caplog: pytest.LogCaptureFixture
) -> None:
    """The page tells the admin little; the log tells the operator Slack's reason."""
    del runner
    browser = Browser(await make_replica(), client_secret="wrong")  # noqa: S106 - it opens nothing
    page = await browser.install("T1ACME")

    assert (page.status_code, "did not accept" in page.text) == (401, True)
    assert "Slack refuses an installation: 'bad_client_secret'" in caplog.text
    assert browser.installed == []


async def test_a_store_out_of_order_is_a_page(
    runner: asyncio.Runner, make_replica: MakeReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The admin is told to try again, and the app is not told as installed."""
    del runner

    def fail(_: object) -> None:
        raise StoreError("out of order")

    browser = Browser(await make_replica())
    monkeypatch.setattr(browser.store, "put", fail)
    page = await browser.install("T1ACME")

    assert (page.status_code, "could not be kept" in page.text) == (500, True)
    assert browser.installed == []


def test_states_are_ours_new_and_used_once(tmp_path: Path) -> None:
    """Replicas with the same keys take each other's states; a state of other keys is none."""
    store = open_store(str(tmp_path / "store.db"))
    one = OneTimeStates(store, OAuthApp("1", "s", (KEY,)))
    other = OneTimeStates(store, OAuthApp("1", "s", (OTHER_KEY, KEY)))
    foreign = OneTimeStates(store, OAuthApp("1", "s", (OTHER_KEY,)))

    async def use() -> list[bool]:
        states = [await one.async_issue() for _ in range(2)]
        assert len(set(states)) == 2
        late = Fernet(KEY).encrypt_at_time(b"installation", 0).decode()
        wrong = Fernet(KEY).encrypt(b"a token").decode()
        return [
            await foreign.async_consume(states[0]),
            await other.async_consume(states[0]),
            await one.async_consume(states[0]),
            await one.async_consume(states[1]),
            await one.async_consume(late),
            await one.async_consume(wrong),
        ]

    assert asyncio.run(use()) == [False, True, False, True, False, False]
    store.close()


@given(st.text())
def test_no_text_is_a_state(text: str) -> None:
    """Whatever comes as a state is refused without an error."""
    states = OneTimeStates(open_store("sqlite://"), OAuthApp("1", "s", (KEY,)))

    assert not asyncio.run(states.async_consume(text))
