"""MCP on standard streams: the adapter, and the command `faqbot mcp`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from faqbot import (
    AdapterSettingsError,
    Capabilities,
    MissingDependency,
    PublishedAddress,
    Question,
    open_store,
    run_adapter,
    serving_options,
    user_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faqbot import Answer, Bot, Store

_Result = TypeVar("_Result")

_KNOWN = ("audience", "record", "suggest")
_LIBRARIES = ("markdown_it", "mcp", "mdformat", "sqlalchemy")
# Note for a person who starts the command in a terminal, where the protocol shows nothing.
_FOR_ASSISTANTS = (
    "This command serves an AI assistant, which starts it itself: name it in the assistant's settings. "
    "For a chat in the terminal, run `faqbot chat`. Ctrl-C ends this command."
)


class StdioAdapter:
    """Adapter for an AI assistant that starts faqbot and speaks MCP with it.

    Settings, all optional: ``audience``, the labels of the person, separated by commas; ``record``, "1"
    to record the questions in the store; ``suggest``, "1" to give the assistant the tool `report_gap`.
    Standard output carries the protocol only; the log goes to standard error.
    """

    capabilities = Capabilities(conversations=False, rendering=False)

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Read *settings*.

        Raises AdapterSettingsError for an unknown setting, and MissingDependency if the extra "mcp" is
        not installed.
        """
        for name in settings:
            if name not in _KNOWN:
                raise AdapterSettingsError(
                    f"the adapter mcp knows no setting {name!r}; it knows {', '.join(_KNOWN)}"
                )
        if not all(map(find_spec, _LIBRARIES)):
            raise MissingDependency("the MCP server", "mcp")
        labels = settings.get("audience", "").split(",")
        self._audience = frozenset(label.strip() for label in labels if label.strip())
        self._records = settings.get("record") == "1"
        self._suggests = settings.get("suggest") == "1"

    def run(self, bot: Bot) -> None:
        """Answer with *bot* until standard input ends.

        A terminal gets a note on standard error.
        """
        from faqbot_web.interfaces.mcp_server import make_server

        if sys.stdin is not None and sys.stdin.isatty():
            click.echo(_FOR_ASSISTANTS, err=True)
        with ExitStack() as stack:
            needs_store = self._records or self._suggests
            store = stack.enter_context(open_store()) if needs_store else None
            backend = PersonBackend(bot, self._audience, store, records=self._records)
            server = make_server(backend, report_gap=self._suggests)
            asyncio.run(server.run_stdio_async())


class PersonBackend:
    """Backend of one person, the user of this machine."""

    def __init__(
        self, bot: Bot, audience: frozenset[str], store: Store | None, *, records: bool
    ) -> None:
        """Answer with *bot*; *store* takes suggestions, and questions if *records*."""
        self._bot = bot
        self._audience = audience
        self._store = store
        self._records = records

    @property
    def title(self) -> str:
        """The title of the knowledge base."""
        return self._bot.kb.title

    def bot(self, request: object) -> Bot:
        """Return the bot that answers."""
        del request
        return self._bot

    async def run(self, request: object, work: Callable[[], _Result]) -> _Result:
        """Return the result of *work*, run in a thread."""
        del request
        return await asyncio.to_thread(work)

    def audience(self, request: object) -> frozenset[str]:
        """Return the labels of the person."""
        del request
        return self._audience

    async def ask(self, request: object, question: str) -> Answer:
        """Answer *question*, and record it."""
        del request
        answer = await self._bot.aask(Question(question, audience=self._audience))
        if self._store is not None and self._records:
            await asyncio.to_thread(self._store.record, answer, adapter="mcp", person=user_name())
        return answer

    async def report_gap(self, request: object, question: str, note: str) -> bool:
        """Suggest an entry for *question* to the authors."""
        del request
        if self._store is None:
            return False
        kept = await asyncio.to_thread(self._store.suggest, question, note, person=user_name())
        return kept is not None


@click.command()
@serving_options
@click.option("--audience", multiple=True, metavar="LABEL", help="A label of the person who asks.")
@click.option("--record", is_flag=True, help="Record the questions in the store.")
@click.option("--suggest", is_flag=True, help="Let the assistant suggest entries to the authors.")
def mcp(
    kb: Path | PublishedAddress | None,
    encoder: str,
    audience: tuple[str, ...],
    *,
    watch: bool,
    record: bool,
    suggest: bool,
) -> None:
    """Serve an AI assistant over MCP, on standard input and output.

    The assistant starts this command itself: name it in the assistant's settings.
    """
    settings = {
        "audience": ",".join(audience),
        "record": "1" if record else "",
        "suggest": "1" if suggest else "",
    }
    run_adapter("mcp", settings, kb, encoder, watch=watch)
