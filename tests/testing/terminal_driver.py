"""Driver of the terminal adapter, which reads from a pipe."""

from __future__ import annotations

import io
import queue
import re
import sys
import threading
from contextlib import suppress

from faqbot import Bot, load_adapter
from faqbot.testing import Driver, SentMessage, Shown
from faqbot_terminal import TerminalAdapter

# Seconds to wait for a reply: far above any real time, so that a fault ends the test.
_PATIENCE = 30
# Escape sequence that a terminal would act on.
_ESCAPE = re.compile("\x1b[^ ]*")
# A terminal opens addresses of the web only.
_LINK = re.compile(r"https?://[^\s)]+")


class _Keyboard(io.StringIO):
    """Standard input whose lines come from another thread. It says when the next line is read."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: queue.Queue[str] = queue.Queue()
        self.waiting: queue.Queue[bool] = queue.Queue()

    def readline(self, size: int | None = -1, /) -> str:
        """Report that the reply before is complete; wait for a line."""
        del size
        self.waiting.put(True)  # noqa: FBT003  a value, not a flag
        return self.lines.get()


class TerminalDriver(Driver):
    """Driver that types lines, and reads the text up to the next time the adapter waits for one."""

    capabilities = TerminalAdapter.capabilities

    def start(self, bot: Bot) -> None:
        """Run the adapter in a thread, with streams of the driver."""
        self._streams = sys.stdin, sys.stdout
        self._keyboard, self._screen = _Keyboard(), io.StringIO()
        sys.stdin, sys.stdout = self._keyboard, self._screen
        adapter = load_adapter("terminal")
        self._thread = threading.Thread(target=adapter.run, args=(bot,), daemon=True)
        self._thread.start()
        self._keyboard.waiting.get(timeout=_PATIENCE)

    def stop(self) -> None:
        """End the input, and give the streams back."""
        self._keyboard.lines.put("")
        self._thread.join(_PATIENCE)
        sys.stdin, sys.stdout = self._streams
        assert not self._thread.is_alive()

    def say(self, message: SentMessage) -> Shown:
        """Type the message; return the block that is printed for it."""
        self._screen.seek(0)
        self._screen.truncate()
        self._keyboard.lines.put(f"{message.text}\n")
        with suppress(queue.Empty):
            self._keyboard.waiting.get(timeout=_PATIENCE)
        text = self._screen.getvalue()
        return Shown((text,), links=tuple(_LINK.findall(text)), active=tuple(_ESCAPE.findall(text)))
