"""A service of tenants: each is apart from the others, whatever is asked by which key or path."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from faqbot import AdapterSettingsError, Store, open_store, open_tenants

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from starlette.testclient import TestClient

from faqbot_web import create_app
from faqbot_web.keys import hash_key
from faqbot_web.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    MakeService = Callable[..., TestClient]

_BASE = """\
version: 1
title: {title}
contact: Ask {title}.
entries:
  - id: pay
    question: How do I pay?
    answer: Pay at {title}.
    follow_ups: [{name}]
  - id: {name}
    question: Where is {title}?
    answer: In the {title} tower.
"""
_KEYS = {
    "acme": {"hash": hash_key("key-acme"), "tenant": "acme", "matches": True},
    "globex": {"hash": hash_key("key-globex"), "tenant": "globex"},
    "boss": {"hash": hash_key("key-boss"), "tenant": "acme", "operator": True},
    "host": {"hash": hash_key("key-host"), "tenant": "*", "operator": True},
    "gone": {"hash": hash_key("key-gone"), "tenant": "gone"},
}
_ASK = {"question": "How do I pay?"}
# Every address that shows something of a tenant, with a method and a body.
_ADDRESSES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/v1/ask", _ASK),
    ("POST", "/v1/pick", {"conversation": "x", "entry": "pay"}),
    ("POST", "/v1/feedback", {"record": "0" * 32, "helpful": True}),
    ("GET", "/v1/suggest?q=how", None),
    ("GET", "/v1/entries", None),
    ("GET", "/v1/entries/pay", None),
    ("GET", "/v1/models", None),
    ("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": "How do I pay?"}]}),
    ("POST", "/webhooks/rest/webhook", {"sender": "p", "message": "How do I pay?"}),
    ("POST", "/language/:query-knowledgebases", {"question": "How do I pay?"}),
    ("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
    ("GET", "/report", None),
)
_MCP = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two tenants, and one whose knowledge base is broken."""
    place = tmp_path / "bases"
    place.mkdir()
    for name in ("acme", "globex"):
        (place / f"{name}.yaml").write_text(_BASE.format(title=name.title(), name=f"{name}-place"))
    (place / "broken.yaml").write_text("version: 1\nentries: secret of broken\n")
    return place


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with open_store(str(tmp_path / "store.db")) as opened:
        yield opened


@pytest.fixture
def make_service(folder: Path, store: Store) -> Iterator[MakeService]:
    """Return a function that makes a client of a service of tenants with the given settings."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def make(**settings: Any) -> TestClient:  # noqa: ANN401  any of WebSettings'
            tenants = stack.enter_context(open_tenants(folder, "none"))
            app = create_app(tenants, WebSettings(**settings), store=store)
            client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(make_service: MakeService) -> TestClient:
    """Return a client of a service with the keys of all kinds."""
    return make_service(keys=_KEYS)


def _with(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", **_MCP}


def _ask(client: TestClient, key: str, path: str = "", **body: Any) -> Any:  # noqa: ANN401  JSON
    return client.post(f"{path}/v1/ask", json={**_ASK, **body}, headers=_with(key)).json()


def test_a_key_asks_its_tenant(client: TestClient) -> None:
    """With or without the tenant in the address."""
    for name in ("acme", "globex"):
        for path in ("", f"/t/{name}"):
            assert _ask(client, f"key-{name}", path)["answer"] == f"Pay at {name.title()}."


def test_a_key_of_all_tenants_names_one_in_the_address(client: TestClient) -> None:
    """Without a name it gets 404, and an advice."""
    assert _ask(client, "key-host", "/t/globex")["answer"] == "Pay at Globex."
    refused = client.post("/v1/ask", json=_ASK, headers=_with("key-host"))

    assert refused.status_code == 404
    assert "Name a tenant in the address" in refused.json()["detail"]


@pytest.mark.parametrize(("method", "path", "body"), _ADDRESSES)
def test_no_address_opens_a_foreign_tenant(
    method: str, path: str, body: object, client: TestClient
) -> None:
    """A foreign tenant, an unknown one and a malformed one get one and the same refusal."""
    key = "key-boss" if path == "/report" else "key-acme"
    answers = [
        client.request(method, f"/t/{name}{path}", json=body, headers=_with(key))
        for name in ("globex", "broken", "nobody", "a%20b", "a" * 100)
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    assert "globex" not in answers[0].text.lower()
    own = client.request(method, f"/t/acme{path}", json=body, headers=_with(key))
    assert own.status_code != 403
    assert "globex" not in own.text.lower()


@pytest.mark.parametrize(("method", "path", "body"), _ADDRESSES)
def test_no_address_opens_a_tenant_without_a_key(
    method: str, path: str, body: object, client: TestClient
) -> None:
    """Whether a tenant exists is not told without a key."""
    answers = [
        client.request(method, f"/t/{name}{path}", json=body, headers=_MCP)
        for name in ("acme", "nobody")
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_pages_tell_nothing_of_a_tenant_that_needs_a_key(client: TestClient) -> None:
    """The chat page is the same for every name."""
    pages = {client.get(f"/t/{name}/chat").text for name in ("acme", "globex", "nobody")}

    assert len(pages) == 1
    assert "Acme" not in pages.pop()
    assert client.get("/t/acme/widget.js").status_code == 200


def test_pages_of_a_public_service_have_the_tenant_s_title(make_service: MakeService) -> None:
    """Everybody may ask there, so the page may show it."""
    client = make_service(public=True)

    assert "<title>Acme</title>" in client.get("/t/acme/chat").text
    assert client.get("/t/nobody/chat").status_code == 404
    assert client.post("/t/globex/v1/ask", json=_ASK).json()["answer"] == "Pay at Globex."
    assert client.post("/v1/ask", json=_ASK).status_code == 404


def test_a_conversation_stays_with_its_tenant(client: TestClient) -> None:
    """A key of all tenants cannot take a conversation from one tenant to another."""
    at_acme = _ask(client, "key-host", "/t/acme")
    at_globex = _ask(client, "key-host", "/t/globex", conversation=at_acme["conversation"])
    pick = {"conversation": at_acme["conversation"], "entry": "acme-place"}

    assert at_globex["conversation"] != at_acme["conversation"]
    foreign = client.post("/t/globex/v1/pick", json=pick, headers=_with("key-host"))
    assert foreign.status_code == 404
    own = client.post("/t/acme/v1/pick", json=pick, headers=_with("key-host"))
    assert own.json()["answer"] == "In the Acme tower."


def test_a_verdict_stays_with_its_tenant(client: TestClient, store: Store) -> None:
    """The record of one tenant is unknown at another, by any key."""
    record = _ask(client, "key-host", "/t/acme")["record"]
    verdict = {"record": record, "helpful": False}

    for path, key in (("/t/globex", "key-host"), ("", "key-globex"), ("", "key-acme")):
        refused = client.post(f"{path}/v1/feedback", json=verdict, headers=_with(key))
        assert refused.status_code == 404
    kept = client.post("/t/acme/v1/feedback", json=verdict, headers=_with("key-host"))
    assert kept.status_code == 204
    assert [asked.unhelpful for asked in store.for_tenant("acme").questions()] == [1]


def test_records_are_kept_by_tenant(client: TestClient, store: Store) -> None:
    """Each interface records the question for the tenant that was asked."""
    for name in ("acme", "globex"):
        for method, path, body in _ADDRESSES:
            if method == "POST" and "pick" not in path and "feedback" not in path:
                client.request(method, path, json=body, headers=_with(f"key-{name}"))
        client.app.state.recorder.flush()  # type: ignore[attr-defined]

    assert [*store.questions()] == []
    for name in ("acme", "globex"):
        asked = [*store.for_tenant(name).questions()]
        assert {each.adapter for each in asked} == {"web", "openai", "rasa", "azure"}
        assert len(asked) == 4


def test_a_repeated_request_is_one_tenant_s(client: TestClient) -> None:
    """Equal ids of requests at two tenants get answers of their own."""
    first = _ask(client, "key-host", "/t/acme", request="r1")
    other = _ask(client, "key-host", "/t/globex", request="r1")

    assert (first["answer"], other["answer"]) == ("Pay at Acme.", "Pay at Globex.")


def test_a_named_chat_is_one_tenant_s(client: TestClient) -> None:
    """Rasa's sender and a chat of OpenAI's clients mean another conversation at each tenant."""
    for name in ("acme", "globex", "acme"):
        body = {"sender": "p", "message": "How do I pay?"}
        path = f"/t/{name}/webhooks/rest/webhook"
        (reply,) = client.post(path, json=body, headers=_with("key-host")).json()
        assert name.title() in reply["text"]
        assert [button["title"] for button in reply["buttons"]] == [f"Where is {name.title()}?"]
        chat = {"messages": [{"role": "user", "content": "How do I pay?"}]}
        headers = {**_with("key-host"), "X-OpenWebUI-Chat-Id": "c1"}
        made = client.post(f"/t/{name}/v1/chat/completions", json=chat, headers=headers).json()
        assert name.title() in made["choices"][0]["message"]["content"]


def test_entries_and_their_etags_are_one_tenant_s(client: TestClient) -> None:
    """An ETag of one tenant is not that of another."""
    acme = client.get("/v1/entries", headers=_with("key-acme"))
    headers = {**_with("key-globex"), "If-None-Match": acme.headers["ETag"]}
    globex = client.get("/v1/entries", headers=headers)

    assert [each["id"] for each in acme.json()["entries"]] == ["pay", "acme-place"]
    assert globex.status_code == 200
    assert [each["id"] for each in globex.json()["entries"]] == ["pay", "globex-place"]
    assert client.get("/v1/entries/acme-place", headers=_with("key-globex")).status_code == 404


def _mcp(client: TestClient, key: str, path: str, method: str, **params: Any) -> Any:  # noqa: ANN401
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = client.post(f"{path}/mcp", json=body, headers=_with(key))
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def test_mcp_serves_the_tenant_of_each_request(client: TestClient) -> None:
    """Tools and resources, those without parameters too."""
    for path, key, name in (
        ("", "key-acme", "Acme"),
        ("", "key-globex", "Globex"),
        ("/t/acme", "key-host", "Acme"),
        ("/t/globex", "key-host", "Globex"),
    ):
        asked = _mcp(
            client, key, path, "tools/call", name="ask", arguments={"question": "How do I pay?"}
        )
        found = _mcp(
            client, key, path, "tools/call", name="search", arguments={"query": "where is it"}
        )
        about = _mcp(client, key, path, "resources/read", uri="faq://about")
        listed = _mcp(client, key, path, "resources/read", uri="faq://entries")
        shown = json.dumps([asked, found, about, listed])

        assert f"Pay at {name}." in shown
        assert f'\\"title\\": \\"{name}\\"' in json.dumps(about)
        assert {"Acme": "globex", "Globex": "acme"}[name] not in shown.lower()


def test_a_report_is_one_tenant_s(client: TestClient) -> None:
    """An operator of a tenant sees its questions only; an operator of all names the tenant."""
    for name in ("acme", "globex"):
        client.post(
            "/v1/ask", json={"question": f"parking at {name}"}, headers=_with(f"key-{name}")
        )
    client.app.state.recorder.flush()  # type: ignore[attr-defined]

    for page in (
        client.get("/report", headers=_with("key-boss")),
        client.get("/t/acme/report", headers=_with("key-host")),
    ):
        assert "parking at acme" in page.text
        assert "globex" not in page.text.lower()
    assert client.get("/report", headers=_with("key-host")).status_code == 404
    assert client.get("/t/globex/report", headers=_with("key-boss")).status_code == 403


def test_an_unknown_tenant_of_a_key_is_said(client: TestClient) -> None:
    """A key may outlive its tenant."""
    answers = [
        client.post("/v1/ask", json=_ASK, headers=_with("key-gone")),
        client.post("/t/nobody/v1/ask", json=_ASK, headers=_with("key-host")),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert {answer.json()["detail"] for answer in answers} == {"There is no such tenant."}


def test_a_broken_tenant_touches_no_other(client: TestClient) -> None:
    """It gets 503 without a word of its files; readiness counts it, and names it to an operator."""
    broken = client.post("/t/broken/v1/ask", json=_ASK, headers=_with("key-host"))
    ready = client.get("/readyz")

    assert (broken.status_code, broken.headers["Retry-After"]) == (503, "60")
    assert "secret" not in broken.text
    assert _ask(client, "key-acme")["answer"] == "Pay at Acme."
    assert ready.status_code == 200
    assert "names" not in {name for name, value in ready.json().items() if value is not None}
    assert ready.json()["broken_tenants"] == 1
    assert client.get("/readyz", headers=_with("key-host")).json()["names"] == ["broken"]
    assert client.get("/readyz", headers=_with("key-boss")).status_code == 403


def test_metrics_name_tenants_to_an_operator_of_all_only(client: TestClient) -> None:
    """The labels of others are not told."""
    for name in ("acme", "acme", "globex"):
        _ask(client, f"key-{name}")
    shown = client.get("/metrics", headers=_with("key-host")).text

    assert 'faqbot_tenant_requests_total{tenant="acme"} 2.0' in shown
    assert 'faqbot_tenant_answers_total{outcome="answered",tenant="globex"} 1.0' in shown
    assert "faqbot_tenants_open 2.0" in shown
    assert "acme" not in client.get("/metrics").text
    assert client.get("/metrics", headers=_with("key-boss")).status_code == 403


def test_metrics_name_the_busiest_tenants(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others count as one, no series goes back, and the sum is right at each reading."""
    from faqbot_web.metrics import Metrics

    monkeypatch.setattr("faqbot_web.metrics.MAX_TENANT_LABELS", 2)
    metrics, last, asked = Metrics(), dict[str, float](), 0
    for names in (["a", "b", "b", "c"], ["c"] * 5, ["d", "a"], ["d"] * 9, ["a"], []):
        for name in names:
            metrics.count_tenant(name)
        asked += len(names)
        lines = metrics.render(names_tenants=True).decode().splitlines()
        found = {
            line.split('"')[1]: float(line.split()[-1])
            for line in lines
            if line.startswith("faqbot_tenant_requests_total{")
        }
        assert len(found) <= 3
        assert all(found[name] >= last.get(name, 0) for name in found)
        last |= found
        assert sum(last.values()) == asked


def test_tokens_are_for_one_tenant(make_service: MakeService) -> None:
    """The secret is the service's, so a token names the tenant for which it was signed."""
    import time

    import jwt

    signing = "a secret of thirty-two bytes, at least"
    client = make_service(keys=_KEYS, tokens={"secret": signing, "audience": "faq"})

    def ask_with(**claims: object) -> int:
        body = {"sub": "p", "aud": "faq", "exp": time.time() + 60, **claims}
        headers = {**_with("key-acme"), "Faqbot-Token": jwt.encode(body, signing, "HS256")}
        return client.post("/v1/ask", json=_ASK, headers=headers).status_code

    assert ask_with(tenant="acme") == 200
    assert ask_with(tenant="globex") == 401
    assert ask_with() == 401


def test_rates_are_counted_by_tenant(make_service: MakeService) -> None:
    """A tenant without places left leaves those of another, for one and the same caller."""
    client = make_service(keys=_KEYS, per_minute=2)
    for name, statuses in (("acme", [200, 200, 429]), ("globex", [200, 200, 429])):
        path = f"/t/{name}/v1/ask"
        asked = [client.post(path, json=_ASK, headers=_with("key-host")) for _ in range(3)]
        assert [answer.status_code for answer in asked] == statuses


def test_a_flood_of_one_tenant_refuses_no_other(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one tenant's requests hold all of its places, another one is answered."""
    from faqbot_web.guard import Guard

    client = make_service(keys=_KEYS, concurrency=4)
    _ask(client, "key-acme")
    guards: list[Guard] = []
    is_busy = Guard._is_busy

    def note(self: Guard, tenant: str) -> bool:
        guards.append(self)
        return is_busy(self, tenant)

    monkeypatch.setattr(Guard, "_is_busy", note)
    _ask(client, "key-acme")
    guards[0]._active["acme"] += 2  # as two requests that are in progress

    assert client.post("/v1/ask", json=_ASK, headers=_with("key-acme")).status_code == 503
    assert client.post("/v1/ask", json=_ASK, headers=_with("key-globex")).status_code == 200


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({}, r"keys.a.tenant: this setting is missing: name the only tenant"),
        ({"tenant": "a b"}, None),
    ],
)
def test_a_key_without_a_tenant_is_refused(
    key: dict[str, str], message: str | None, folder: Path
) -> None:
    """It would open every tenant by mistake."""
    from pydantic import ValidationError

    with open_tenants(folder, "none") as tenants:
        fields = {"hash": "0" * 64, **key}
        if message is None:
            with pytest.raises(ValidationError, match="is not the id of a tenant"):
                WebSettings(keys={"a": fields})  # type: ignore[dict-item]
            return
        with pytest.raises(AdapterSettingsError, match=message):
            create_app(tenants, WebSettings(keys={"a": fields}))  # type: ignore[dict-item]


def test_a_key_of_a_tenant_is_refused_without_tenants(bot: Any) -> None:  # noqa: ANN401  a bot
    """It would seem to keep others out."""
    with pytest.raises(AdapterSettingsError, match="this service has no tenants"):
        create_app(bot, WebSettings(keys={"a": {"hash": "0" * 64, "tenant": "acme"}}))  # type: ignore[dict-item]


def test_the_largest_tenant_forgets_first(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood of conversations of one tenant costs none of another."""
    for name, value in (("MAX_REMEMBERED", 8), ("REQUESTS_PER_COUNT", 1), ("FORGOTTEN_AT_ONCE", 2)):
        monkeypatch.setattr(f"faqbot_web.tenancy.tenant_services.{name}", value)
    client = make_service(keys=_KEYS)
    kept = _ask(client, "key-globex")["conversation"]
    for _ in range(30):
        _ask(client, "key-acme")

    assert _ask(client, "key-globex", conversation=kept)["conversation"] == kept
    assert client.app.state.tenants.remembered <= 10  # type: ignore[attr-defined]


def test_a_tenant_holds_half_of_the_threads(make_service: MakeService) -> None:
    """Its huge answers leave the other threads to other tenants."""
    from threading import Event

    from faqbot_web.asgi_app import POOL_THREADS, THREADS_PER_TENANT

    pool, running = make_service(keys=_KEYS).app.state.pool, list[str]()  # type: ignore[attr-defined]
    full, gate = Event(), Event()

    def hold(tenant: str) -> None:
        running.append(tenant)
        if len(running) == POOL_THREADS:
            full.set()
        assert gate.wait(30)

    async def run() -> None:
        flood = [
            asyncio.ensure_future(pool.run(lambda tenant=tenant: hold(tenant), tenant))
            for tenant in ("acme", "globex")
            for _ in range(POOL_THREADS)
        ]
        assert await asyncio.to_thread(full.wait, 30)
        held = sorted(running)
        gate.set()
        await asyncio.gather(*flood)
        assert held == ["acme"] * THREADS_PER_TENANT + ["globex"] * THREADS_PER_TENANT

    asyncio.run(run())
