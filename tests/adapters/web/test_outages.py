"""Outages while the bot is served: the knowledge base, the store, the disk, and a restart."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from faqbot import AnswerRecord, Bot, Entry, KnowledgeBase, Store, open_store
from faqbot_web import create_app, records
from faqbot_web.records import Recorder
from faqbot_web.settings import WebSettings
from tests.adapters.web.served import ServedBot
from tests.frozen_server import freezing_proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_KB = """
version: 1
title: Pool
entries:
  - id: towel
    question: Do I get a towel?
    answer: {answer}
"""
_ASK = {"question": "do I get a towel"}


@pytest.fixture(autouse=True)
def _short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(records, "CLOSE_SECONDS", 2.0)


def _until(reached: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until *reached* returns something true; it is asked again and again."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "this took too long"
        threading.Event().wait(0.05)


def test_a_knowledge_base_that_breaks_stays_as_it_was(tmp_path: Path) -> None:
    """An edit with faults is named in the log; the next whole one is served."""
    kb = tmp_path / "kb.yaml"
    kb.write_text(_KB.format(answer="Yes, at the desk."), encoding="utf-8")
    with ServedBot(tmp_path, "--kb", kb, "--watch") as served:
        assert served.post("/v1/ask", _ASK).json()["answer"] == "Yes, at the desk."
        kb.write_text(_KB.format(answer="{broken"), encoding="utf-8")
        _until(lambda: "cannot be used" in served.log.read_text())
        assert served.post("/v1/ask", _ASK).json()["answer"] == "Yes, at the desk."
        assert served.get("/readyz").status == 200
        assert served.log.read_text().count("WARNING") == 1  # libraries write no second line
        before = served.get("/v1/entries").head
        kb.write_text(_KB.format(answer="No, bring one."), encoding="utf-8")
        _until(lambda: served.post("/v1/ask", _ASK).json()["answer"] == "No, bring one.")
        assert served.get("/v1/entries").head.split("etag")[1] != before.split("etag")[1]


def test_a_frozen_database_holds_neither_answers_nor_the_end(
    tmp_path: Path, postgresql: str
) -> None:
    """A server that takes statements and answers none is left alone soon; SIGTERM ends the service."""
    with (
        freezing_proxy(postgresql) as proxy,
        ServedBot(tmp_path, FAQBOT_STORE=proxy.url) as served,
    ):
        assert served.post("/v1/ask", {"question": "what is an embassy"}).status == 200
        proxy.frozen.set()
        for _ in range(3):
            assert served.post("/v1/ask", {"question": "what is an embassy"}).status == 200
        assert served.get("/readyz").status == 503
        served.signal(signal.SIGTERM)
        assert served.ended(20)
    assert "the server does not answer" in served.log.read_text()


def test_records_wait_for_a_store_that_comes_back(bot: Bot, tmp_path: Path) -> None:
    """Questions are answered meanwhile, verdicts get 503, and nothing is lost."""
    path = tmp_path / "store.db"
    path.mkdir()  # a folder is no database
    with (
        open_store(str(path)) as store,
        TestClient(create_app(bot, store=store), base_url="http://localhost") as client,
    ):
        asked = client.post("/v1/ask", json={"question": "the lift is stuck"})
        assert (asked.status_code, asked.json()["entry"]) == (200, "lift")
        _until(lambda: client.get("/readyz").status_code == 503)
        verdict = {"record": asked.json()["record"], "helpful": True}
        refused = client.post("/v1/feedback", json=verdict)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
        path.rmdir()
        _until(lambda: client.get("/readyz").status_code == 200)
        assert client.post("/v1/feedback", json=verdict).status_code == 204
        (question,) = store.questions()
        assert (question.id, question.helpful) == (asked.json()["record"], 1)


@pytest.mark.parametrize("small_disk", ["1m"], indirect=True)
def test_records_wait_for_room_on_the_disk(bot: Bot, small_disk: Path) -> None:
    """A full disk loses no record."""
    filler = small_disk / "filler"
    with (
        open_store(str(small_disk / "store.db")) as store,
        TestClient(create_app(bot, store=store), base_url="http://localhost") as client,
    ):
        recorder = client.app.state.service.recorder
        assert recorder.flush()
        with suppress(OSError):
            filler.write_bytes(b"x" * 1_000_000)  # the disk is full now
        for _ in range(40):
            assert client.post("/v1/ask", json={"question": "borrow a ladder"}).status_code == 200
        _until(lambda: not recorder.is_writable)
        filler.unlink()
        _until(lambda: recorder.is_writable and not len(recorder))
        assert recorder.flush()
        assert len([*store.questions()]) == 40


def test_too_many_waiting_records_drop_the_oldest(
    bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Memory is bounded; the loss is counted, and logged once."""
    monkeypatch.setattr(records, "MAX_WAITING", 3)
    with open_store(str(tmp_path)) as store:  # a folder is no database
        recorder = Recorder(store)
        for _ in range(8):
            recorder.put(AnswerRecord(bot.ask("lift"), "web", record=recorder.make_id(("", ""))))
            assert len(recorder) <= 4
        recorder.close()

    assert recorder.lost == 8
    assert sum("Records are lost" in each.message for each in caplog.records) == 1


def test_a_record_at_fault_does_not_hold_the_others(bot: Bot, store: Store) -> None:
    """It is dropped, and those around it are written."""
    recorder, answer = Recorder(store), bot.ask("the lift is stuck")
    for text in (answer, None, answer):
        recorder.put(AnswerRecord(text, "web", record=recorder.make_id(("", ""))))  # type: ignore[arg-type]
    assert recorder.flush()
    recorder.close()

    assert (recorder.lost, len([*store.questions()])) == (1, 2)


def test_record_that_a_busy_store_refuses_is_tried_again(
    bot: Bot, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that other threads use for a second costs no record."""
    recorder, record_all, refused = Recorder(store), store.record_all, iter([False, False])
    monkeypatch.setattr(
        store, "record_all", lambda given: next(refused, True) and record_all(given)
    )
    recorder.put(AnswerRecord(bot.ask("lift"), "web", record=recorder.make_id(("", ""))))
    assert recorder.flush()
    recorder.close()

    assert (recorder.lost, len([*store.questions()])) == (0, 1)


def test_records_are_written_before_the_end(tmp_path: Path) -> None:
    """SIGTERM right after an answer loses nothing, and is no error."""
    kb = tmp_path / "kb.yaml"
    kb.write_text(_KB.format(answer="Yes."), encoding="utf-8")
    with ServedBot(tmp_path, "--kb", kb) as served:
        record = served.post("/v1/ask", _ASK).json()["record"]
    assert served.exit_code == 0
    with open_store(str(tmp_path / "store.db")) as store:
        assert [question.id for question in store.questions()] == [record]


def test_an_app_that_is_mounted_answers_without_a_start(bot: Bot, store: Store) -> None:
    """Another app may mount it; it then never hears of a start or an end."""
    from starlette.applications import Starlette
    from starlette.routing import Mount

    inner = create_app(bot, WebSettings(), store=store)
    client = TestClient(Starlette(routes=[Mount("/faq", app=inner)]), base_url="http://localhost")
    asked = client.post("/faq/v1/ask", json={"question": "the lift is stuck"})
    closed = create_app(bot, WebSettings(keys={"a": {"hash": "0" * 64}}), store=store)
    other = TestClient(Starlette(routes=[Mount("/faq", app=closed)]), base_url="http://localhost")

    assert other.get("/faq/v1/entries").status_code == 401
    assert (asked.status_code, asked.json()["entry"]) == (200, "lift")
    assert client.get("/faq/docs").status_code == 200
    inner.state.service.close()
    assert len([*store.questions()]) == 1


def test_a_fault_of_ours_is_a_problem_and_no_traceback(
    bot: Bot, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """500 with a sentence; the log has the place of the fault, and no question."""
    app = create_app(bot, store=store)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("my question")

    with TestClient(app, base_url="http://localhost") as client:
        monkeypatch.setattr(app.state.service.bot, "ask", fail)
        failed = client.post("/v1/ask", json={"question": "my question"})
        monkeypatch.undo()
        assert (failed.status_code, failed.json()["title"]) == (500, "Internal Server Error")
        assert client.post("/v1/ask", json={"question": "lift"}).status_code == 200
    assert "RuntimeError" in caplog.text
    assert "my question" not in caplog.text.replace('raise RuntimeError("my question")', "")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {"question": "long"}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "long"}]}),
        ("/webhooks/rest/webhook", {"message": "long"}),
        ("/language/:query-knowledgebases", {"question": "long"}),
    ],
)
def test_a_long_answer_is_rendered_beside_the_event_loop(
    store: Store, path: str, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markdown of 200,000 characters takes seconds, in which others are served."""
    entry = Entry("long", "long", path + " word" * 4_000)  # rendered texts are cached
    kb = KnowledgeBase((entry,), title="Long")
    app = create_app(Bot.from_knowledge_base(kb, "none", cache=False), store=store)
    threads: set[str] = set()
    monkeypatch.setattr(MarkdownIt, "parse", _noting(MarkdownIt.parse, threads))
    with TestClient(app, base_url="http://localhost") as client:
        assert client.post(path, json=body).status_code == 200

    assert {name.partition("_")[0] for name in threads} == {"faqbot-answers"}


def _noting(parse: Callable[..., Any], threads: set[str]) -> Callable[..., Any]:
    """Return *parse*, which adds the name of its thread to *threads*."""

    def noted(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401  as the method itself
        threads.add(threading.current_thread().name)
        return parse(*arguments, **more)

    return noted
