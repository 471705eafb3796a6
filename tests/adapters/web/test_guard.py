"""The guard and the operation of the app: concurrency, headers, metrics, health, conversations."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from faqbot_web.conversations import Session, Sessions, id_of_name

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from faqbot import Bot
    from tests.adapters.web.conftest import MakeClient

_QUESTION = {"question": "the lift is stuck"}


def test_too_many_requests_at_once_are_turned_away(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 says when to come back; health is not concerned, and the place is free afterwards."""
    client = make_client(concurrency=1)
    service = client.app.state.service
    entered, leave, ask = threading.Event(), threading.Event(), service.bot.ask

    def wait(*arguments: object, **more: object) -> object:
        entered.set()
        assert leave.wait(30)
        return ask(*arguments, **more)

    monkeypatch.setattr(service.bot, "ask", wait)
    first = threading.Thread(target=lambda: client.post("/v1/ask", json=_QUESTION))
    first.start()
    assert entered.wait(30)
    busy = client.post("/v1/ask", json=_QUESTION)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "1")
    assert busy.json()["detail"].endswith(".")
    assert client.get("/healthz").status_code == 200
    leave.set()
    first.join()
    assert client.post("/v1/ask", json=_QUESTION).status_code == 200


@pytest.mark.parametrize(
    "path", ["/docs", "/chat", "/healthz", "/v1/entries", "/nothing", "/metrics"]
)
def test_every_response_has_headers_of_security(client: TestClient, path: str) -> None:
    """Pages of other sites can neither frame nor sniff it, and nothing may run that is not allowed."""
    headers = client.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_metrics_count_requests_and_answers(client: TestClient) -> None:
    """By route, and not by path, so that nobody can fill the memory with names."""
    client.post("/v1/ask", json=_QUESTION)
    client.post("/v1/ask", json={"question": "hello"})
    for number in range(20):
        client.get(f"/nothing/{number}")
        client.get(f"/v1/entries/e{number}")
    text = client.get("/metrics").text

    assert 'faqbot_requests_total{route="/v1/ask",status="200"} 2.0' in text
    assert 'faqbot_requests_total{route="/v1/entries/{id}",status="404"} 20.0' in text
    assert 'faqbot_requests_total{route="other",status="404"} 20.0' in text
    assert 'faqbot_answers_total{interface="web",outcome="answered"} 1.0' in text
    assert 'faqbot_answers_total{interface="web",outcome="manners"} 1.0' in text
    assert "faqbot_conversations 2.0" in text
    assert "faqbot_records_lost 0.0" in text


def test_health_tells_the_state(client: TestClient) -> None:
    """Version, entries and both thresholds."""
    ready = client.get("/readyz").json()

    assert client.get("/healthz").json() == {"status": "alive"}
    assert (ready["ready"], ready["store"], ready["entries"]) == (True, True, 5)
    assert 0 < ready["thresholds"]["suggest"] < ready["thresholds"]["answer"] < 1


def test_health_tells_an_old_version(
    client: TestClient, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service is not ready until the newest published version is served; it answers meanwhile."""
    assert client.get("/readyz").json()["outdated"] == ""
    monkeypatch.setattr(bot, "_outdated", "version 2 cannot be used")
    ready = client.get("/readyz")

    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert (ready.json()["outdated"], ready.json()["version"]) == ("version 2 cannot be used", 0)
    assert client.post("/v1/ask", json=_QUESTION).status_code == 200
    monkeypatch.undo()
    assert client.get("/readyz").status_code == 200


def test_a_websocket_is_closed(client: TestClient) -> None:
    """There is none in this service."""
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/v1/ask"):
        pass


def test_sessions_are_found_with_their_binding_only() -> None:
    """Ids are long and random; a client's own name counts with key, origin and interface."""
    sessions = Sessions()
    begun = sessions.begin(("app", ""))

    assert len(begun.id) >= 22
    assert sessions.find(begun.id, ("app", "")) is begun
    assert sessions.find(begun.id, ("app", "https://a.example")) is None
    named = id_of_name("sender-1", ("app", ""), "rasa")
    assert named == id_of_name("sender-1", ("app", ""), "rasa")
    assert named != id_of_name("sender-1", ("", ""), "rasa")
    assert named != id_of_name("sender-1", ("app", ""), "other")


def test_sessions_are_bounded_and_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one used longest ago goes first."""
    sessions = Sessions(limit=3)
    kept: list[Session] = [sessions.begin(("", "")) for _ in range(3)]
    sessions.find(kept[0].id, ("", ""))
    sessions.begin(("", ""))

    assert len(sessions) == 3
    assert sessions.find(kept[0].id, ("", "")) is kept[0]
    assert sessions.find(kept[1].id, ("", "")) is None
    monkeypatch.setattr(type(kept[0].conversation), "has_expired", lambda _: True)
    assert sessions.find(kept[0].id, ("", "")) is None
