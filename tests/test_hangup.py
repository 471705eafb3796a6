"""SIGHUP: heard while it is ours, and given back as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from faqbot.reload import Bell, Hangup

_NO_SIGNAL = "this platform has no SIGHUP"


def test_a_bell_is_set_until_it_is_cleared() -> None:
    """However often it was rung, and though somebody waited for it."""
    bell = Bell()
    assert not bell.is_set()
    assert not bell.wait(0)

    bell.set()
    bell.set()
    assert bell.wait()
    assert bell.is_set()
    bell.clear()
    assert not bell.is_set()


def test_a_bell_lets_go_who_waits() -> None:
    """One thread waits, another rings."""
    bell = Bell()
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
        hangup = Hangup(lambda: heard.append("ours"))
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
        hangup = Hangup(lambda: heard.append("ours"))
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
    hangup = Hangup(lambda: None)
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
from faqbot.reload import Bell, Hangup
bell, hangups = Bell(), []
hangup = Hangup(lambda: (hangups.append(1), bell.set()))
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
