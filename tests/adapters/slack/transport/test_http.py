"""The web server: only what Slack signed is read, and whatever else is sent breaks nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faqbot import AdapterSettingsError
from tests.adapters.slack.fake.http_mode import encoded, signed

if TYPE_CHECKING:
    from starlette.requests import Request

    from faqbot_slack.transport.http import Health

pytestmark = pytest.mark.usefixtures("needs_slack")

_SECRET = "hush"  # noqa: S105 - it opens nothing
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_EVENT = {"type": "event_callback", "event": {"type": "app_mention"}}


@dataclass
class _Site:
    """A site that listens, what it dispatched, and ways to post to it."""

    url: str
    health: Health
    dispatched: list[Mapping[str, Any]] = field(default_factory=list)

    async def post(
        self, body: bytes, content_type: str = _JSON, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        from aiohttp import ClientSession

        sent = {
            "Content-Type": content_type,
            **(signed(body, _SECRET) if headers is None else headers),
        }
        async with (
            ClientSession() as session,
            session.post(f"{self.url}/slack/events", data=body, headers=sent) as response,
        ):
            return response.status, await response.text()

    async def get(self, path: str) -> tuple[int, str]:
        from aiohttp import ClientSession

        async with ClientSession() as session, session.get(self.url + path) as response:
            return response.status, await response.text()


@asynccontextmanager
async def _site(acknowledgement: str = "", *, http: bool = True) -> AsyncIterator[_Site]:
    from faqbot_slack.credentials import Credentials
    from faqbot_slack.transport.http import Health, listening, make_site

    site = _Site("", Health())
    site.health.is_up()

    async def dispatch(body: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        assert "host" in headers
        site.dispatched.append(body)
        return acknowledgement

    credentials = Credentials(bot_token="xoxb-1", signing_secret=_SECRET, http=http)  # noqa: S106 - it opens nothing
    async with listening(make_site(credentials, site.health, dispatch), "127.0.0.1", 0) as (
        host,
        port,
    ):
        site.url = f"http://{host}:{port}"
        yield site


@pytest.mark.parametrize("kind", ["events_api", "interactive", "slash_commands"])
async def test_what_slack_signed_is_dispatched(kind: str, runner: asyncio.Runner) -> None:
    """JSON, a form with a payload and a command's fields all arrive as what they were."""
    del runner
    sent = (
        {"command": "/ask", "text": "what is the payload limit?"}
        if kind == "slash_commands"
        else _EVENT
    )
    body, content_type = encoded(kind, sent)
    async with _site() as site:
        assert await site.post(body, content_type) == (200, "")

    assert site.dispatched == [sent]


async def test_acknowledgement_is_the_answer(runner: asyncio.Runner) -> None:
    """What the bot says at once is the body of its answer."""
    del runner
    async with _site('{"text": "Nine to five."}') as site:
        assert await site.post(json.dumps(_EVENT).encode()) == (200, '{"text": "Nine to five."}')


async def test_challenge_is_returned(runner: asyncio.Runner) -> None:
    """Slack's check of the address is answered, also before the bot is ready."""
    del runner
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw"}).encode()
    async with _site() as site:
        site.health.is_down("starting")
        status, text = await site.post(body)

    assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw"})
    assert site.dispatched == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "²"},
    ],
)
async def test_what_slack_did_not_sign_is_refused(
    change: dict[str, str], runner: asyncio.Runner
) -> None:
    """Without Slack's signature the body is not even read."""
    del runner
    async with _site() as site:
        status, _ = await site.post(
            b"{", headers={**signed(b"{", _SECRET), **change} if change else {}
        )

    assert status == 401
    assert site.dispatched == []


class _Clock:
    """Clock of a verifier that stands still."""

    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        return self._now


def _is_signed(
    headers: Mapping[str, str], body: bytes, secret: str = _SECRET, now: float = 1000
) -> bool:
    from slack_sdk.signature import SignatureVerifier

    from faqbot_slack.transport.http import is_signed

    verifier = SignatureVerifier(secret, cast("Any", _Clock(now)))
    return is_signed(headers, body, verifier)


def test_signature_holds_for_five_minutes() -> None:
    """A request of more than five minutes ago, or ahead, may be a replay."""
    headers = {name.lower(): value for name, value in signed(b"x", _SECRET, at=1000).items()}
    moments = (1000, 700, 1300, 699, 1301)

    assert [_is_signed(headers, b"x", now=now) for now in moments] == [True] * 3 + [False] * 2
    assert not _is_signed(headers, b"y")
    assert not _is_signed(headers, b"x", "other")


@given(st.text(max_size=20) | st.integers().map(str), st.text(max_size=80), st.binary(max_size=50))
@example("1000", "v0=\u00fc\udcff", b"x")
@example("9" * 5_000, "v0=0", b"x")
@example("1000", "v0=0", b"\xff")
def test_any_signature_is_only_wrong(timestamp: str, signature: str, body: bytes) -> None:
    """A timestamp, a signature or a body of any form is refused without an error."""
    headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}

    assert not _is_signed(headers, body)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", _JSON),
        (b"[]", _JSON),
        (b"null", _JSON),
        (b"\xff\xfe", _JSON),
        (b"[" * 100_000, _JSON),
        (b"1" * 5000, _JSON),
        (b"", _JSON),
        (b"payload=%7B", _FORM),
        (b"payload=[]", _FORM),
        (b"&".join([b"a=b"] * 200), _FORM),
    ],
)
async def test_malformed_is_refused(body: bytes, content_type: str, runner: asyncio.Runner) -> None:
    """A signed body that is not what Slack sends is 400, without a traceback."""
    del runner
    async with _site() as site:
        status, text = await site.post(body, content_type)

    assert status == 400
    assert "Traceback" not in text
    assert site.dispatched == []


@pytest.mark.parametrize("chunked", [False, True])
async def test_too_large_is_refused(chunked: bool, runner: asyncio.Runner) -> None:  # noqa: FBT001 - a parameter
    """More than a megabyte is not taken, whether its length is announced or not."""
    del runner
    from aiohttp import ClientConnectionError, ClientSession

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    data = chunks() if chunked else b"x" * 1_000_001
    async with _site() as site, ClientSession() as session:
        try:
            async with session.post(f"{site.url}/slack/events", data=data) as response:
                assert response.status == 413
        except ClientConnectionError:
            pass  # it hung up on the sender, which is as good

    assert site.dispatched == []


async def test_json_of_another_content_type_is_read(runner: asyncio.Runner) -> None:
    """A proxy may change the content type; a signed event must not be acknowledged and dropped."""
    del runner
    body = json.dumps(_EVENT).encode()
    async with _site() as site:
        assert (await site.post(body, "text/plain"))[0] == 200
        assert (await site.post(body, "application/vnd.slack+json"))[0] == 200
        status, text = await site.post(b"<event/>", "text/xml")

        assert site.dispatched == [_EVENT, _EVENT]
    assert (status, text) == (415, "this body is neither JSON nor a form\n")


async def test_an_address_with_a_slash_is_not_redirected(runner: asyncio.Runner) -> None:
    """A redirect would name the host of the request, which anybody can set."""
    from aiohttp import ClientSession

    del runner
    async with _site() as site, ClientSession() as session:
        sent = {"Host": "evil.example"}
        address = f"{site.url}/slack/events/"
        async with session.post(address, headers=sent, allow_redirects=False) as response:
            assert response.status == 404
            assert "Location" not in response.headers


async def test_not_ready_is_told(runner: asyncio.Runner) -> None:
    """While nothing would be answered, Slack is asked to deliver again, and whoever watches knows."""
    del runner
    async with _site() as site:
        assert await site.get("/readyz") == (200, "ready\n")
        site.health.is_down("starting")

        assert (await site.post(json.dumps(_EVENT).encode()))[0] == 503
        assert await site.get("/readyz") == (503, "not ready: starting\n")
        assert await site.get("/healthz") == (200, "ok\n")


async def test_socket_mode_serves_its_health_only(runner: asyncio.Runner) -> None:
    """With Socket Mode nothing can be posted."""
    del runner
    async with _site(http=False) as site:
        assert (await site.get("/healthz"))[0] == 200
        assert (await site.post(json.dumps(_EVENT).encode()))[0] == 404


@pytest.fixture
def _short_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    from faqbot.bounded_http import bounded_protocol, request_bodies

    monkeypatch.setattr(bounded_protocol, "MAX_CONNECTIONS", 20)
    monkeypatch.setattr(bounded_protocol, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(request_bodies, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(request_bodies, "MAX_TOGETHER", 100_000)


async def _open(
    site: _Site, data: bytes = b""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = site.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    await writer.drain()
    return reader, writer


_BEGUN = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"


@pytest.mark.usefixtures("_short_bounds")
@pytest.mark.parametrize("data", [b"", b"POST /sla", _BEGUN[:-2] + b"X: ", _BEGUN + b"x"])
async def test_idle_connections_do_not_stop_a_request(
    data: bytes, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """However many there are, idle or in the middle of a request; they are closed, and nothing is logged."""
    del runner
    async with _site() as site:
        idle = [await _open(site, data) for _ in range(50)]
        assert await site.post(json.dumps(_EVENT).encode()) == (200, "")
        ends = await asyncio.wait_for(asyncio.gather(*(reader.read() for reader, _ in idle)), 20)
        for _, writer in idle:
            writer.close()

    assert len(ends) == 50
    assert not caplog.records


@pytest.mark.usefixtures("_short_bounds")
async def test_a_body_that_never_ends_is_refused(runner: asyncio.Runner) -> None:
    """It has some seconds, sent in drops or not at all."""
    del runner
    async with _site() as site:
        for begun in (b"", b"x" * 100):
            reader, writer = await _open(site, _BEGUN + begun)
            answer = await asyncio.wait_for(reader.read(), 20)
            writer.close()
            assert answer.startswith(b"HTTP/1.1 408 ")
        assert site.dispatched == []


@pytest.mark.usefixtures("_short_bounds")
async def test_bodies_are_bounded_together(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large ones find no room while others arrive; an event always does."""
    del runner
    from faqbot.bounded_http import request_bodies

    monkeypatch.setattr(request_bodies, "BODY_SECONDS", 5.0)
    async with _site() as site:
        begun = [await _open(site, _BEGUN + b"x" * 90_000) for _ in range(3)]
        answers = [asyncio.create_task(reader.read()) for reader, _ in begun]
        done, _ = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
        assert all(task.result().startswith(b"HTTP/1.1 503 ") for task in done)
        assert await site.post(json.dumps(_EVENT).encode()) == (200, "")
        for _, writer in begun:
            writer.close()
        await asyncio.wait(answers)


@pytest.mark.usefixtures("_short_bounds")
async def test_garbage_is_refused_without_a_line(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever reaches the port cannot fill the log."""
    del runner
    async with _site() as site:
        reader, writer = await _open(site, b"\x16\x03\x01 hello\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), 20)).startswith(b"HTTP/1.1 400 ")
        writer.close()

    assert not caplog.records


@pytest.mark.parametrize(
    ("proxies", "client"), [((), "127.0.0.1"), (("127.0.0.0/8",), "203.0.113.9")]
)
async def test_a_named_proxy_tells_the_client(
    runner: asyncio.Runner,
    monkeypatch: pytest.MonkeyPatch,
    proxies: tuple[str, ...],
    client: str,
) -> None:
    """A variable that uvicorn reads elsewhere counts for nothing."""
    del runner
    from aiohttp import ClientSession
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    from faqbot_slack.transport.http import listening

    async def who(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.client.host if request.client else "")

    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*" if not proxies else "")
    site = Starlette(routes=[Route("/", who)])
    async with (
        listening(site, "127.0.0.1", 0, proxies=proxies) as (host, port),
        ClientSession() as session,
        session.get(
            f"http://{host}:{port}/", headers={"X-Forwarded-For": "9.9.9.9, 203.0.113.9"}
        ) as found,
    ):
        assert await found.text() == client


async def test_port_that_is_taken_is_a_sentence(runner: asyncio.Runner) -> None:
    """A port that another program has is named."""
    del runner
    from starlette.applications import Starlette

    from faqbot_slack.transport.http import listening

    async with listening(Starlette(), "127.0.0.1", 0) as (host, port):
        with pytest.raises(
            AdapterSettingsError, match=rf"cannot listen on 127.0.0.1, port {port}: "
        ):
            await listening(Starlette(), host, port).__aenter__()


@given(st.binary(max_size=200), st.sampled_from([_JSON, _FORM, "", "text/plain; charset=x"]))
def test_any_body_is_read_or_refused(body: bytes, content_type: str) -> None:
    """Whatever bytes come, they are an object or a BadRequest."""
    from faqbot_slack.transport.http import BadRequest, read_body

    try:
        read = read_body(body, content_type)
    except BadRequest:
        return
    assert isinstance(read, dict)


@given(
    st.dictionaries(
        st.sampled_from(["command", "text", "user_id"]), st.text(max_size=50), min_size=1
    )
)
def test_any_command_is_read_as_sent(fields: dict[str, str]) -> None:
    """The fields of a command come through as they were, whatever their text."""
    from faqbot_slack.transport.http import read_body

    text = urlencode({name: value.encode("utf-8", "replace") for name, value in fields.items()})

    assert read_body(text.encode(), _FORM) == {
        name: value.encode("utf-8", "replace").decode() for name, value in fields.items()
    }


async def test_a_store_out_of_order_is_told_to_operators_only(runner: asyncio.Runner) -> None:
    """The bot is not ready then, and answers people nevertheless."""
    del runner

    async def probe() -> str:
        return "the store is out of order"

    async with _site() as site:
        site.health.probe = probe
        assert await site.get("/readyz") == (503, "not ready: the store is out of order\n")
        assert await site.get("/healthz") == (200, "ok\n")
        assert await site.post(json.dumps(_EVENT).encode()) == (200, "")

    assert site.dispatched == [_EVENT]
