"""Hostile and unlucky requests to a real server: each gets a clear status, and others notice nothing."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.adapters.web.served import Response, ServedBot, read_response, request_bytes

if TYPE_CHECKING:
    pass

_KB = """
version: 1
title: Harbour
entries:
  - id: berth
    question: How do I book a berth?
    answer: Call the harbour master.
  - id: fuel
    question: Where is the fuel dock?
    answer: At the north pier.
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBot]:
    """Return a server that the tests of this file share."""
    folder = tmp_path_factory.mktemp("served")
    kb = folder / "kb.yaml"
    kb.write_text(_KB, encoding="utf-8")
    with ServedBot(folder, "--kb", kb) as served:
        yield served


@pytest.fixture(autouse=True)
def _others_are_served(served: ServedBot) -> Iterator[None]:
    """After each test, another caller gets an answer, and the log has no question."""
    yield
    asked = served.post("/v1/ask", {"question": "where is the fuel dock"})
    assert (asked.status, asked.json()["entry"]) == (200, "fuel")
    log = served.log.read_text(encoding="utf-8")
    assert "fuel" not in log
    assert "Traceback" not in log


def _problem(response: Response, status: int) -> str:
    """Return the sentence of a problem with *status*."""
    assert response.status == status, (response.head, response.body)
    assert "content-type: application/problem+json" in response.head
    document = response.json()
    assert document["status"] == status
    assert document["detail"].endswith(".")
    return str(document["detail"])


def test_a_question_is_answered(served: ServedBot) -> None:
    """The first request of a newcomer, with the headers of every response."""
    response = served.post("/v1/ask", {"question": "how can I book a berth"})

    assert response.json()["answer"] == "Call the harbour master."
    assert "x-content-type-options: nosniff" in response.head
    assert "server:" not in response.head


def test_a_slow_head_is_refused(served: ServedBot) -> None:
    """A head that never ends gets 408."""
    detail = _problem(served.send(b"POST /v1/ask HTTP/1.1\r\nHost: loc"), 408)

    assert "head" in detail


def test_a_silent_connection_is_closed(served: ServedBot) -> None:
    """A connection without a request ends by itself."""
    with served.connect() as connection:
        assert connection.recv(10) == b""


def test_a_second_slow_head_on_a_connection_is_refused(served: ServedBot) -> None:
    """The limit holds for each request of a connection."""
    with served.connect() as connection:
        connection.sendall(request_bytes("GET", "/healthz", b"", Connection="keep-alive"))
        assert read_response(connection).status == 200
        connection.sendall(b"GET /healthz HT")
        _problem(read_response(connection), 408)


def test_a_slow_body_is_refused(served: ServedBot) -> None:
    """A body that stops halfway gets 408."""
    head = request_bytes("POST", "/v1/ask", b"", Content_Length="50")
    detail = _problem(served.send(head, b'{"question":'), 408)

    assert "body" in detail


def test_slow_clients_do_not_slow_others(served: ServedBot) -> None:
    """While many wait with half a request, another is answered."""
    waiting = [served.connect() for _ in range(40)]
    for connection in waiting:
        connection.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\n")
    try:
        assert served.post("/v1/ask", {"question": "fuel dock"}).status == 200
    finally:
        for connection in waiting:
            connection.close()


def test_clients_that_read_nothing_are_dropped(served: ServedBot) -> None:
    """They would hold their connections, and the responses in memory, for ever."""
    request = request_bytes("GET", "/docs/library.js", b"", Connection="keep-alive")
    with ExitStack() as stack:
        for _ in range(61):  # one more than the limit of the tests
            slow = stack.enter_context(socket.socket())
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            slow.connect(("127.0.0.1", served.port))
            slow.sendall(request * 6)
        latest = time.monotonic() + 12
        statuses = {served.get("/healthz").status}
        while 200 not in statuses and time.monotonic() < latest:
            statuses.add(served.get("/healthz").status)

    assert 200 in statuses


def test_too_many_connections_are_turned_away(served: ServedBot) -> None:
    """Beyond the limit the one that waits longest gets 503, and a request finds its place."""
    waiting = [served.connect() for _ in range(61)]
    try:
        assert served.get("/healthz").status == 200
        answers = []
        for connection in waiting[:3]:
            connection.settimeout(0.3)
            try:
                answers.append(connection.recv(20))
            except TimeoutError:
                answers.append(b"")
        assert any(answer.startswith(b"HTTP/1.1 503") for answer in answers)
    finally:
        for connection in waiting:
            connection.close()


def test_a_long_head_is_refused(served: ServedBot) -> None:
    """Headers are bounded in size, sent whole or in drops."""
    for parts in (1, 50):
        junk = b"X-Junk: " + b"j" * (70_000 // parts) + b"\r\n"
        _problem(served.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n", *[junk] * parts), 431)


def test_a_long_body_is_refused(served: ServedBot) -> None:
    """By its declared length, and by its real one."""
    whole = b'{"question": "' + b"q" * 70_000 + b'"}'
    chunk = b"1000\r\n" + b"q" * 4096 + b"\r\n"
    chunked = request_bytes("POST", "/v1/ask", b"", Transfer_Encoding="chunked")

    _problem(served.send(request_bytes("POST", "/v1/ask", whole)), 413)
    _problem(served.send(chunked, *[chunk] * 20), 413)
    lying = request_bytes("POST", "/v1/ask", b"", Content_Length="9" * 30)
    assert served.send(lying).status in {400, 413}


def test_check_of_a_load_balancer_is_answered(served: ServedBot) -> None:
    """It is HTTP/1.0 without a host."""
    assert served.send(b"GET /readyz HTTP/1.0\r\n\r\n").status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_bytes_that_are_no_http_are_refused(served: ServedBot, data: bytes) -> None:
    """A problem document, and the end of the connection."""
    _problem(served.send(data), 400)


@pytest.mark.parametrize(
    "data",
    [
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://evil.example/v1/entries HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        (
            b"GET /v1/ask HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ),
        b"TRACE /v1/ask HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /v1/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /docs/..%2f..%2fapp.py HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_odd_requests_are_refused(served: ServedBot, data: bytes) -> None:
    """A status of the client's fault."""
    assert 400 <= served.send(data).status < 500


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b"null", "body"),
        (b"\xff\xfe{}", ""),
        (b"[" * 30_000, ""),
        (b'{"question": 1}', "question"),
        (b'{"question": ""}', "question"),
        (b'{"question": "a\\u0000b"}', "question"),
        (b'{"question": "\\ud800"}', "question"),
        (b'{"question": "a", "person": "\\udfff"}', "person"),
        (b'{"question": "a", "limit": 21}', "limit"),
        (b'{"question": "a", "limit": "3"}', "limit"),
        (b'{"question": "a", "limit": true}', "limit"),
        (b'{"question": "a", "limit": NaN}', "limit"),
        (b'{"question": "a", "limit": ' + b"9" * 5_000 + b"}", ""),
        (b'{"question": "a", "colour": "red"}', "colour"),
        (b'{"question": "a", "\\ud800": 1}', ""),
        (json.dumps({"question": "q" * 4_001}).encode(), "question"),
        (json.dumps({"question": "a", "conversation": "c" * 300}).encode(), "conversation"),
    ],
)
def test_a_wrong_body_is_refused_with_its_field(served: ServedBot, body: bytes, field: str) -> None:
    """The problem names the field."""
    response = served.send(request_bytes("POST", "/v1/ask", body))

    assert response.status in ({422} if field else {400, 422}), response.body
    detail = _problem(response, response.status)
    assert response.json().get("field", "").split(".")[0] in (field, "") or not field, detail
    if field not in {"", "body"}:
        assert repr(field) in detail


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_json_of_another_encoding_is_refused(served: ServedBot, encoding: str) -> None:
    """The interface is UTF-8, also where a library would guess."""
    body = '{"question": "caf\u00e9"}'.encode(encoding)

    assert "UTF-8" in _problem(served.send(request_bytes("POST", "/v1/ask", body)), 400)


@pytest.mark.parametrize("bad", ["\0", "\ud800"])
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/ask", {"question": "a{}b"}, "question"),
        ("/v1/ask", {"question": "a", "person": "a{}b"}, "person"),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "a{}b"}]},
            "messages.0.content",
        ),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "a"}], "user": "{}"},
            "user",
        ),
        ("/webhooks/rest/webhook", {"sender": "{}", "message": "a"}, "sender"),
        ("/webhooks/rest/webhook", {"sender": "a", "message": "a{}b"}, "message"),
        ("/language/:query-knowledgebases", {"question": "a{}b"}, "question"),
        ("/language/:query-knowledgebases", {"question": "a", "userId": "{}"}, "userId"),
    ],
)
def test_text_that_cannot_be_kept_is_refused(
    served: ServedBot, path: str, body: dict[str, object], field: str, bad: str
) -> None:
    """NUL and lone surrogates are 422 with the field, at every interface."""
    escaped = json.dumps(bad)[1:-1]
    response = served.send(
        request_bytes("POST", path, json.dumps(body).replace("{}", escaped).encode())
    )

    _problem(response, 422)
    assert response.json()["field"] == field


def test_lengths_count_code_points(served: ServedBot) -> None:
    """4,000 characters outside the basic plane are a question."""
    assert served.post("/v1/ask", {"question": "😀" * 4_000}).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_refused(served: ServedBot, kind: str) -> None:
    """A page of another site can send those types without asking."""
    body = b'{"question": "fuel"}'
    _problem(served.send(request_bytes("POST", "/v1/ask", body, Content_Type=kind)), 415)


def test_a_wrong_query_is_refused_with_its_field(served: ServedBot) -> None:
    """Unknown fields, NUL, and figures out of bounds."""
    for query, field in (
        ("", "q"),
        ("?q=a&colour=red", "colour"),
        ("?q=%00", "q"),
        ("?q=a&limit=0", "limit"),
        ("?q=a&limit=many", "limit"),
    ):
        response = served.get(f"/v1/suggest{query}")
        assert (_problem(response, 422) != "", response.json()["field"]) == (True, field)


def test_one_after_the_other_on_a_connection(served: ServedBot) -> None:
    """Requests sent ahead are answered in order."""
    first = request_bytes("GET", "/v1/entries/fuel", b"", Connection="keep-alive")
    second = request_bytes("GET", "/v1/entries/berth", b"")
    with served.connect() as connection:
        connection.sendall(first + second)
        data = b""
        while chunk := connection.recv(65536):
            data += chunk

    assert data.index(b"north pier") < data.index(b"harbour master")


def test_a_repeated_question_counts_once_also_at_once(served: ServedBot) -> None:
    """Two deliveries of a request at the same moment get one record."""
    found: list[Response] = []
    ask = {"question": "book a berth", "request": "same"}
    threads = [
        threading.Thread(target=lambda: found.append(served.post("/v1/ask", ask))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({response.json()["record"] for response in found}) == 1
    assert len({response.json()["conversation"] for response in found}) == 1


def test_a_client_that_leaves_is_no_fault(served: ServedBot) -> None:
    """Half a body, then nothing."""
    for _ in range(5):
        connection = served.connect()
        connection.sendall(request_bytes("POST", "/v1/ask", b"", Content_Length="80") + b"{")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
