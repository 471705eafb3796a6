"""The bot as a process of its own, as an operator starts it, with the fake for its Slack."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Self

from tests.adapters.slack.fake.server import FakeSlack

_ROOT = Path(__file__).parents[4]
_FOREIGN = ("SLACK_", "FAQBOT_", "XDG_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_START_SECONDS = 60.0  # a machine may be busy; scenario 47 is about less
_END_SECONDS = 12.0


class BotProcess:
    """One run of `faqbot slack`. *folder* holds its store, caches and log.

    *program* is what Python runs, to be set before the start.
    """

    def __init__(
        self, slack: FakeSlack, folder: Path, *arguments: str | Path, **environment: str
    ) -> None:
        """Prepare to run with *arguments* and more in its *environment*."""
        self.slack = slack
        self.arguments = [str(each) for each in arguments]
        self.log_path = folder / "log.txt"
        self.environment = {
            **{n: v for n, v in os.environ.items() if not n.upper().startswith(_FOREIGN)},
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "FAQBOT_STORE": str(folder / "store.db"),
            "FAQBOT_CACHE": str(folder / "cache"),
            "HOME": str(folder),
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONWARNINGS": "default",
            **environment,
        }
        self.program = ("-m", "faqbot")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> Self:
        """Start it, and return at once."""
        with self.log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, *self.program, "slack", *self.arguments),
                cwd=_ROOT,
                env={"SLACK_API_URL": self.slack.base_url, **self.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    async def connected(self) -> Self:
        """Start it, and return once it is connected; fail with its log when it is not, or ends."""
        before = self.slack.links.opened
        await self.start()
        ended = asyncio.create_task(self.ended(_START_SECONDS))
        opened = asyncio.create_task(
            self.slack.wait(lambda: self.slack.links.opened > before, _START_SECONDS)
        )
        await asyncio.wait({ended, opened}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not opened.done() or opened.exception():
            opened.cancel()
            await self.kill()
            raise AssertionError(f"the bot does not connect:\n{self.log}")
        return self

    @property
    def log(self) -> str:
        """All that it wrote."""
        return self.log_path.read_text("utf-8", "replace") if self.log_path.exists() else ""

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.returncode is None

    async def ended(self, seconds: float = _END_SECONDS) -> int:
        """Return its exit code once it ends; fail when it does not within *seconds*."""
        assert self._process is not None
        try:
            return await asyncio.wait_for(self._process.wait(), seconds)
        except TimeoutError:
            raise AssertionError(f"the bot still runs after {seconds} s:\n{self.log}") from None

    async def stop(self) -> int:
        """Ask it to end as a supervisor does; return its exit code."""
        assert self._process is not None
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        return await self.ended()

    def hang_up(self) -> None:
        """Tell it to read its knowledge base again, as a supervisor does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def send_signal(self, number: int) -> None:
        """Send it the signal *number*, if it still runs."""
        assert self._process is not None
        if self.running:
            self._process.send_signal(number)

    def limit_files(self, size: int) -> None:
        """Let it write no file beyond *size* bytes, as on a full disk, until the next limit."""
        assert self._process is not None
        if self.running:
            _, most = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, most))

    async def pause(self, seconds: float) -> None:
        """Stop it for *seconds* without its notice, as a full machine or a lost network does."""
        assert self._process is not None
        self.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        """End it at once, if it still runs."""
        if self._process is not None and self.running:
            self._process.kill()
            await self._process.wait()

    def resident_megabytes(self) -> float:
        """Return how much memory it holds; 0 where the system does not say."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status")
        if not status.exists():
            return 0.0
        lines = status.read_text("utf-8").splitlines()
        return next(int(each.split()[1]) / 1024 for each in lines if each.startswith("VmRSS"))

    def open_files(self) -> int:
        """Return how many files and connections it has open; 0 where the system does not say."""
        assert self._process is not None
        folder = Path(f"/proc/{self._process.pid}/fd")
        return len(list(folder.iterdir())) if folder.exists() else 0
