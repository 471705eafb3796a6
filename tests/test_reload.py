"""Live reload: a running bot follows its files, and no answer mixes two versions of them."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from time import sleep

import pytest

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.errors import InvalidYaml, KnowledgeBaseError, MissingDependency
from faqbot.models import Answer, Outcome
from faqbot.reload import Reload, Reloader, SighupHandler, SignalEvent
from faqbot.retrieval import Retrieval, Retriever

_NO_SIGNAL = "this platform has no SIGHUP"
needs_watchfiles = pytest.mark.skipif(
    find_spec("watchfiles") is None, reason="watchfiles, of the extra `live`, is not installed"
)
_POLL_MS = 30
_QUESTIONS = ("Which colours are common?", "colours of flags", "zebra crossing", "shape", "flags")


def test_a_signal_event_is_set_until_it_is_cleared() -> None:
    """However often it was rung, and though somebody waited for it."""
    bell = SignalEvent()
    assert not bell.is_set()
    assert not bell.wait(0)

    bell.set()
    bell.set()
    assert bell.wait()
    assert bell.is_set()
    bell.clear()
    assert not bell.is_set()


def test_a_signal_event_lets_go_who_waits() -> None:
    """One thread waits, another rings."""
    bell = SignalEvent()
    waiting = threading.Thread(target=bell.wait)
    waiting.start()
    bell.set()
    waiting.join(10)

    assert not waiting.is_alive()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason=_NO_SIGNAL)
def test_a_hangup_is_heard_and_passed_on() -> None:
    """By us and by who listened before, who alone hears it afterwards."""
    heard: list[str] = []
    before = signal.signal(signal.SIGHUP, lambda *_: heard.append("before"))
    try:
        hangup = SighupHandler(lambda: heard.append("ours"))
        hangup.install()
        signal.raise_signal(signal.SIGHUP)
        hangup.restore()
        signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)

    assert heard == ["ours", "before", "before"]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason=_NO_SIGNAL)
@pytest.mark.parametrize("before", [signal.SIG_DFL, signal.SIG_IGN])
def test_what_a_hangup_did_before_is_restored(before: signal.Handlers) -> None:
    """Also when no function listened: then it is heard by us alone, and ends nothing."""
    heard: list[str] = []
    outer = signal.signal(signal.SIGHUP, before)
    try:
        hangup = SighupHandler(lambda: heard.append("ours"))
        hangup.install()
        signal.raise_signal(signal.SIGHUP)
        hangup.restore()
        assert signal.getsignal(signal.SIGHUP) is before
    finally:
        signal.signal(signal.SIGHUP, outer)

    assert heard == ["ours"]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason=_NO_SIGNAL)
def test_only_the_main_thread_listens() -> None:
    """Python lets no other install a handler; giving one back there does nothing."""
    hangup = SighupHandler(lambda: None)
    raised: list[BaseException] = []

    def install() -> None:
        hangup.restore()
        try:
            hangup.install()
        except ValueError as error:
            raised.append(error)

    thread = threading.Thread(target=install)
    thread.start()
    thread.join(10)
    assert len(raised) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason=_NO_SIGNAL)
def test_a_burst_of_hangups_blocks_nothing() -> None:
    """A thousand from another process, while the bell is rung and cleared, come to an end."""
    script = """
import subprocess, sys
from faqbot.reload import SignalEvent, SighupHandler
bell, hangups = SignalEvent(), []
hangup = SighupHandler(lambda: (hangups.append(1), bell.set()))
hangup.install()
burst = "import os\\nfor _ in range(1000): os.kill(os.getppid(), 1)"
sender = subprocess.Popen([sys.executable, "-c", burst])
while sender.poll() is None:
    bell.set(); bell.is_set(); bell.clear()
print(bool(hangups))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, timeout=60, env=os.environ
    )

    assert (done.returncode, done.stdout.strip()) == (0, b"True"), done.stderr.decode()


def _text(version: int, entries: int = 3) -> str:
    """Return a knowledge base of which every part that can be shown carries *version*."""
    head = f"version: 1\ntitle: Flags v{version}\ncontact: Write to v{version}.\nentries:\n"
    first = (
        f"  - id: colours\n    question: Which colours are common?\n    answer: Red, v{version}.\n"
        "    follow_ups: [shape]\n"
    )
    second = (
        f"  - id: shape\n    question: What shape is a flag?\n    answer: Oblong, v{version}.\n"
    )
    more = (
        f"  - id: flag-{number}\n    question: What flag is number {number}?\n"
        f"    answer: It is v{version}.\n"
        for number in range(entries - 2)
    )
    return head + first + second + "".join(more)


_BAD = (
    "version: 1\nentries:\n  - id: colours\n    question: [\n",
    "version: 1\nentries:\n  - id: colours\n    question: Which colours are common?\n",
    _text(1)[:-40],
    "\tversion: 1\n",
    "version: 1\nentries:\n  - id: a b\n    question: Q?\n    answer: A.\n",
)


class Heard:
    """What a reloader reported, for a test that waits for it."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self.reloads: list[Reload] = []
        self._news = threading.Condition()

    def __call__(self, reload: Reload) -> None:
        """Note *reload*."""
        with self._news:
            self.reloads.append(reload)
            self._news.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait until there was one, *timeout* seconds at most; tell whether there was."""
        with self._news:
            return self._news.wait_for(lambda: bool(self.reloads), timeout)

    def until(self, told: Callable[[Reload], bool]) -> Reload:
        """Wait until the last one is as *told* says."""
        with self._news:
            assert self._news.wait_for(
                lambda: bool(self.reloads) and told(self.reloads[-1]), _POLL_MS
            ), self.reloads
            return self.reloads[-1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of version 0."""
    path = tmp_path / "base" / "flags.yaml"
    path.parent.mkdir()
    path.write_text(_text(0), encoding="utf-8")
    return path


@pytest.fixture
def bot(path: Path) -> Bot:
    """Return a bot of version 0."""
    return Bot.from_file(path, "none", cache=False)


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find soon what was edited before the watch began."""
    monkeypatch.setattr("faqbot.watching._POLL_MS", 200)


@pytest.fixture
def _pause_midway(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other threads go on between the finding and the deciding, where a mixture would arise."""
    retrieve = Retriever.retrieve

    def retrieve_and_yield(*given: object, **named: object) -> Retrieval:
        found = retrieve(*given, **named)  # type: ignore[arg-type]
        sleep(0)
        return found

    monkeypatch.setattr(Retriever, "retrieve", retrieve_and_yield)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) == before


def _said(bot: Bot) -> str:
    return bot.ask("Which colours are common?").text


def _save(path: Path, text: str, *, rename: bool = False) -> None:
    """Write *text* to *path* in place, or as editors do that never leave half a file."""
    if not rename:
        path.write_text(text, encoding="utf-8")
        return
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _versions(answer: Answer) -> set[str]:
    """Return every version that a part of *answer* comes from."""
    shown = [*answer.choices, *answer.follow_ups, *(match.entry for match in answer.matches)]
    return set(re.findall(r"v\d+", " ".join([answer.text, *(entry.answer for entry in shown)])))


# --- One reload.


def test_a_reload_serves_what_is_on_disk(bot: Bot, path: Path) -> None:
    """It tells which entries were added, removed and changed; the bot is the same one."""
    path.write_text(_text(0, entries=4), encoding="utf-8")
    Reloader(bot, path, "none", watch=False).reload()
    path.write_text(_text(0).replace("Oblong", "Square"), encoding="utf-8")

    reload = Reloader(bot, path, "none", watch=False).reload()

    assert reload == Reload(removed=("flag-1",), changed=("shape",))
    assert str(reload) == "The knowledge base was read again: 1 entry removed, 1 entry changed."
    assert bot.ask("What shape is a flag?").text == "Square, v0."


def test_an_edited_answer_is_told_again(bot: Bot, path: Path) -> None:
    """A conversation that had the old one gets the new one, and is not pointed back to the old."""
    conversation = Conversation()
    bot.ask("Which colours are common?", conversation)
    path.write_text(_text(1), encoding="utf-8")
    Reloader(bot, path, "none", watch=False).reload()

    assert bot.ask("Which colours are common?", conversation).text == "Red, v1."


def test_an_unchanged_base_is_not_built_again(
    bot: Bot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes under the same name are the same knowledge base."""
    monkeypatch.delattr(Bot, "from_knowledge_base")
    path.touch()

    reload = Reloader(bot, path, "none", watch=False).reload()

    assert reload == Reload()
    assert str(reload) == "The knowledge base was read again: the entries are as before."


@pytest.mark.parametrize("cache", [False, True])
def test_the_index_is_cached_if_it_was(path: Path, tmp_path: Path, *, cache: bool) -> None:
    """A bot that keeps nothing on disk keeps to that."""
    bot = Bot.from_file(path, "none", cache=cache)
    path.write_text(_text(1), encoding="utf-8")
    Reloader(bot, path, "none", watch=False).reload()

    assert bot.cache_state == ("written" if cache else "off")
    assert bool(list(tmp_path.rglob("*.index"))) == cache


def test_a_renamed_file_is_another(bot: Bot, path: Path) -> None:
    """Its bytes are the same, but the entries then stand elsewhere."""
    moved = path.rename(path.with_name("moved.yaml"))

    assert Reloader(bot, path.parent, "none", watch=False).reload() == Reload()
    assert bot.kb.paths == (moved,)


@pytest.mark.parametrize("text", _BAD)
def test_faults_keep_the_old_and_are_told(
    bot: Bot, path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One warning carries each fault with its file and line."""
    path.write_text(text, encoding="utf-8")

    reload = Reloader(bot, path, "none", watch=False).reload()

    assert _said(bot) == "Red, v0."
    assert isinstance(reload.error, KnowledgeBaseError)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("faqbot.reload", logging.WARNING)
    assert all(
        f"{path}:{fault.line}: {fault.message}" in record.message for fault in reload.error.faults
    )


def test_a_base_that_is_gone_keeps_the_old(bot: Bot, path: Path) -> None:
    """And it is picked up when it is there again."""
    reloader = Reloader(bot, path, "none", watch=False)
    path.unlink()
    assert "there is no such file or folder" in str(reloader.reload())
    assert _said(bot) == "Red, v0."

    path.write_text(_text(5), encoding="utf-8")
    assert reloader.reload().changed == ("colours", "flag-0", "shape")
    assert _said(bot) == "Red, v5."


def test_any_other_failure_keeps_the_old(
    bot: Bot, path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A base that can be read but not be built leaves the bot as it was, and a trace in the log."""

    def fail(*_: object, **__: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(Bot, "from_knowledge_base", fail)
    path.write_text(_text(1), encoding="utf-8")

    reload = Reloader(bot, path, "none", watch=False).reload()

    assert str(reload) == (
        "Reading the knowledge base again failed, so the old one stays: MemoryError: no room"
    )
    assert _said(bot) == "Red, v0."
    assert caplog.records[0].exc_info


def test_an_unknown_encoder_is_a_sentence(bot: Bot, path: Path) -> None:
    """What faqbot raises on purpose is shown without the name of its class."""
    path.write_text(_text(1), encoding="utf-8")

    told = str(Reloader(bot, path, "telepathy", watch=False).reload())

    assert told.startswith(
        "Reading the knowledge base again failed, so the old one stays: there is"
    )


def test_a_reload_computes_ahead_after_it_was_adopted(
    bot: Bot, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """People get the new answers at once; a fault there is logged, and changes nothing."""
    said = []

    def fail(self: Bot) -> None:
        said.append(_said(self))
        raise MemoryError("no room")

    monkeypatch.setattr(Bot, "warm_up", fail)
    path.write_text(_text(1), encoding="utf-8")
    reload = Reloader(bot, path, "none", watch=False).reload()

    assert (reload.error, said, _said(bot)) == (None, ["Red, v1."], "Red, v1.")
    assert "nothing could be computed ahead" in caplog.text


def test_what_is_called_after_a_reload_may_fail(
    bot: Bot, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The bot serves the new base all the same, and the log says what failed."""

    def fail(_: Reload) -> None:
        raise RuntimeError("nobody listens")

    path.write_text(_text(1), encoding="utf-8")
    Reloader(bot, path, "none", watch=False, on_reload=fail).reload()

    assert _said(bot) == "Red, v1."
    assert "nobody listens" in caplog.text


def test_without_watchfiles_nothing_is_watched(
    bot: Bot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked to watch, it says which extra to install; reloading when told needs none."""
    monkeypatch.setattr("faqbot.watching.find_spec", lambda _: None)

    with pytest.raises(MissingDependency, match=r"\[live\]"):
        Reloader(bot, path, "none")
    assert Reloader(bot, path, "none", watch=False).reload() == Reload()


# --- In the background.


@needs_watchfiles
@pytest.mark.parametrize("rename", [False, True])
def test_an_edit_is_picked_up(bot: Bot, path: Path, *, rename: bool) -> None:
    """Written in place, or beside and renamed; then a bad one, and its correction."""
    heard = Heard()
    with Reloader(bot, path, "none", on_reload=heard):
        _save(path, _text(1), rename=rename)
        heard.until(lambda reload: "shape" in reload.changed)
        assert _said(bot) == "Red, v1."
        _save(path, "version: 1\nentries: [", rename=rename)
        error = heard.until(lambda reload: reload.error is not None).error
        assert isinstance(error, InvalidYaml)
        _save(path, _text(1), rename=rename)
        assert heard.until(lambda reload: reload.error is None) == Reload()
        assert _said(bot) == "Red, v1."


@needs_watchfiles
def test_an_event_is_enough(bot: Bot, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the watch is on, nobody waits for the next look at the files."""
    monkeypatch.setattr("faqbot.watching._POLL_MS", 3_600_000)
    heard = Heard()
    with Reloader(bot, path, "none", on_reload=heard):
        for version in range(1, 100):
            _save(path, _text(version))
            if heard.wait(1):
                break
    assert heard.reloads


@needs_watchfiles
def test_no_event_is_needed(
    bot: Bot, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nothing can be watched, the files are looked at, and nobody is bothered with it."""

    def fail(*_: object, **__: object) -> Iterator[object]:
        raise OSError("no watches left")

    monkeypatch.setattr("watchfiles.watch", fail)
    heard = Heard()
    with Reloader(bot, path, "none", on_reload=heard):
        _save(path, _text(1))
        heard.until(lambda reload: reload.error is None)
    assert _said(bot) == "Red, v1."
    assert caplog.records == []


@needs_watchfiles
def test_a_folder_is_followed(bot: Bot, path: Path) -> None:
    """Files added, in a new folder too, and files removed."""
    heard = Heard()
    header = "version: 1\nentries:\n  - id: {0}\n    question: What is {0}?\n    answer: Yes.\n"
    with Reloader(bot, path.parent, "none", on_reload=heard):
        _save(path.with_name("more.yaml"), header.format("more"))
        heard.until(lambda reload: reload.added == ("more",))
        path.with_name("deep").mkdir()
        _save(path.parent / "deep" / "deep.yml", header.format("deep"))
        heard.until(lambda reload: reload.added == ("deep",))
        path.unlink()
        heard.until(lambda reload: reload.removed == ("colours", "flag-0", "shape"))
    assert [entry.id for entry in bot.kb.entries] == ["more", "deep"]


@needs_watchfiles
@pytest.mark.parametrize("whole_folder", [False, True])
def test_swapped_links_are_followed(tmp_path: Path, *, whole_folder: bool) -> None:
    """As Kubernetes does it: the file is a link through `..data`, which is swapped."""
    mount = tmp_path / "mount"
    for version in (0, 1):
        (mount / f"..{version}").mkdir(parents=True)
        (mount / f"..{version}" / "flags.yaml").write_text(_text(version), encoding="utf-8")
    (mount / "..data").symlink_to("..0")
    (mount / "flags.yaml").symlink_to("..data/flags.yaml")
    path = mount if whole_folder else mount / "flags.yaml"
    bot = Bot.from_file(path, "none", cache=False)

    heard = Heard()
    with Reloader(bot, path, "none", on_reload=heard):
        (mount / "..new").symlink_to("..1")
        (mount / "..new").replace(mount / "..data")
        heard.until(lambda reload: "colours" in reload.changed)
        (mount / "..0" / "flags.yaml").unlink()
        (mount / "..1" / "flags.yaml").write_text(_text(2), encoding="utf-8")
        heard.until(lambda _: _said(bot) == "Red, v2.")


@needs_watchfiles
def test_a_folder_that_is_replaced_is_followed(bot: Bot, path: Path) -> None:
    """It may be away for a while, and is another when it is back."""
    heard = Heard()
    with Reloader(bot, path, "none", on_reload=heard):
        gone = path.parent.rename(path.parent.with_name("gone"))
        heard.until(lambda reload: reload.error is not None)
        path.parent.mkdir()
        _save(path, _text(1))
        heard.until(lambda reload: reload.error is None)
        assert _said(bot) == "Red, v1."
        _save(gone / path.name, _text(7))
        _save(path, _text(2))
        heard.until(lambda _: _said(bot) == "Red, v2.")


@needs_watchfiles
def test_a_fault_is_told_once(bot: Bot, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Saved again and again it is the same one; another is told, and so is the same when asked."""
    heard = Heard()
    with Reloader(bot, path, "none", on_reload=heard) as reloader:
        _save(path, "version: [")
        heard.until(lambda reload: reload.error is not None)
        for _ in range(3):
            reloader._reload_if_edited()
        _save(path, "version: 1\n")
        heard.until(lambda reload: "entries" in str(reload.error))
        reloader.reload()
    told = [record.message for record in caplog.records if record.name == "faqbot.reload"]
    assert len(told) == 3
    assert told[0] != told[1] == told[2]


def test_stop_ends_the_thread(bot: Bot, path: Path) -> None:
    """Started and stopped as often as one likes, in any order; it can be started again."""
    reloader = Reloader(bot, path, "none", watch=find_spec("watchfiles") is not None)
    reloader.stop()
    for _ in range(2):
        reloader.start()
        reloader.start()
        names = [thread.name for thread in threading.enumerate()]
        assert names.count("faqbot-reload") == 1
        reloader.stop()
        reloader.stop()
        assert "faqbot-reload" not in {thread.name for thread in threading.enumerate()}


@needs_watchfiles
def test_a_callback_may_stop_it(bot: Bot, path: Path) -> None:
    """Nothing waits for itself."""
    heard = Heard()

    def stop(reload: Reload) -> None:
        reloader.stop()
        heard(reload)

    reloader = Reloader(bot, path, "none", on_reload=stop)
    reloader.start()
    (thread,) = (each for each in threading.enumerate() if each.name == "faqbot-reload")
    _save(path, _text(1))
    heard.until(lambda _: True)
    thread.join(_POLL_MS)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this platform has no SIGHUP")
@pytest.mark.parametrize(
    "watch", [False, pytest.param(True, marks=needs_watchfiles)], ids=["alone", "watching"]
)
def test_a_hangup_reloads(bot: Bot, path: Path, *, watch: bool) -> None:
    """Each is answered, also when nothing changed; afterwards the signal does what it did."""
    heard = Heard()
    before = signal.getsignal(signal.SIGHUP)
    with Reloader(bot, path, "none", watch=watch, hangup=True, on_reload=heard):
        signal.raise_signal(signal.SIGHUP)
        assert heard.until(lambda _: True) == Reload()
        _save(path, _text(1))
        signal.raise_signal(signal.SIGHUP)
        heard.until(lambda _: _said(bot) == "Red, v1.")
    assert signal.getsignal(signal.SIGHUP) == before


# --- A thousand questions.


@pytest.mark.usefixtures("_pause_midway")
def test_a_thousand_questions_during_a_hundred_edits(bot: Bot, path: Path) -> None:
    """Good and bad ones: no question fails, none is answered from two versions, the last good one stays."""
    edited = threading.Event()
    started = threading.Barrier(5)
    bad = cycle(_BAD)

    def edit() -> int:
        started.wait(_POLL_MS)
        failed = 0
        for version in range(1, 101):
            wrong = version % 3 == 0
            _save(
                path,
                next(bad) if wrong else _text(version, 3 + version % 4),
                rename=version % 2 == 0,
            )
            failed += reloader.reload().error is not None
        edited.set()
        return failed

    def ask(texts: Iterator[str]) -> list[Answer]:
        started.wait(_POLL_MS)
        conversation = Conversation()
        answers: list[Answer] = []
        while len(answers) < 250 or not edited.is_set():
            answers.append(bot.ask(next(texts), conversation))
            answers.append(bot.explain(next(texts)).answer)
        return answers

    reloader = Reloader(bot, path, "none", watch=find_spec("watchfiles") is not None)
    with reloader, ThreadPoolExecutor(5) as pool:
        editing = pool.submit(edit)
        asking = [pool.submit(ask, cycle([*_QUESTIONS, "1", "2"][n:])) for n in range(4)]
        answers = [answer for each in asking for answer in each.result()]

    assert editing.result() == 33
    assert len(answers) >= 1_000
    seen = [_versions(answer) for answer in answers]
    assert [versions for versions in seen if len(versions) > 1] == []
    assert len(set.union(*seen)) > 10, "the edits went by while nobody asked"
    assert {answer.outcome for answer in answers} == set(Outcome)
    assert _said(bot) == "Red, v100."


def test_importing_the_bot_does_not_import_watchfiles() -> None:
    """It is an extra, and only who watches pays for it."""
    script = "import sys, faqbot; faqbot.Reloader; print('watchfiles' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout.strip() == b"False"
