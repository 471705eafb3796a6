"""Exceptions of faqbot; each message is one sentence that names the remedy.

FaqbotError
  x KnowledgeBaseError            faults, each with path and line
    + InvalidYaml                 not YAML, or YAML that faqbot refuses (aliases, tags, duplicate keys)
    + InvalidEntry                YAML, but not a knowledge base
    + KnowledgeBaseNotFound       nothing to read at that path
  x EditError                     a knowledge base that cannot be changed as asked
  x IngestError                   a document that cannot be imported
    + UnsupportedDocument         of an unknown or unsupported format
    + UnreadableDocument          broken, locked, without text, or far too large
  x AdapterError
    + AdapterNotFound             no adapter of that name is installed
    + AdapterSettingsError        an adapter was given settings it cannot use
    + AdapterFailed               the code of another distribution's adapter or command raised
  x ConversationError             a stored conversation that cannot be read
  x InvalidQuestion               a question that is no text; also a TypeError
  x EncoderError                  an encoder that is unknown or does not load
  x StoreError                    a store that cannot be used, or settings of it that are wrong
    + DatabaseBusy                other threads use its connection for too long
  x TenantError                   a tenant whose id is malformed, or that does not exist
  x PublishError                  a knowledge base that cannot be published, or read as published
    + FailedTests                 a knowledge base whose tests fail the gate
  x MissingDependency             a library that an extra installs; its attribute *extra* names it

A question without an answer is an `Outcome`, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from faqbot.installation import install_command


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Fault of a knowledge base with its place: *line* counts from 1, 0 is the whole file."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        """Return ``path:line: message``, a form that editors turn into a link."""
        where = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{where}: {self.message}"


class FaqbotError(Exception):
    """Base class of all exceptions that faqbot raises on purpose."""


class KnowledgeBaseError(FaqbotError):
    """A knowledge base that cannot be used.

    *faults* lists all of its faults.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Sort *faults* by file and line.

        The message has a line for each.
        """
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


class InvalidYaml(KnowledgeBaseError):
    """A file that is not YAML, or uses a part of YAML that faqbot refuses."""


class InvalidEntry(KnowledgeBaseError):
    """A file that is YAML but not a knowledge base of the version this faqbot reads."""


class KnowledgeBaseNotFound(KnowledgeBaseError):
    """A path with no knowledge base: missing, unreadable, or a folder without YAML files."""


class EditError(FaqbotError):
    """A knowledge base that cannot be changed as asked.

    Its files are as they were.
    """


class IngestError(FaqbotError):
    """A document that cannot be imported, or an import that cannot be written."""


class UnsupportedDocument(IngestError):
    """A document of an unknown or unsupported format."""


class UnreadableDocument(IngestError):
    """A document that is broken, locked, without text, or far too large."""


class AdapterError(FaqbotError):
    """An adapter that cannot be started."""


class AdapterNotFound(AdapterError):
    """No installed distribution registers an adapter of that name."""


class AdapterSettingsError(AdapterError):
    """A setting that an adapter does not know or cannot use."""


class AdapterFailed(AdapterError):
    """Another distribution's adapter or command raised while it ran."""


class ConversationError(FaqbotError):
    """A stored conversation that is damaged, or was stored by a newer faqbot."""


class InvalidQuestion(FaqbotError, TypeError):
    """A question that is neither text nor `Question` with text."""


class EncoderError(FaqbotError):
    """An encoder that does not exist or could not load."""


class StoreError(FaqbotError):
    """A store that cannot be read, or has wrong settings.

    Recording never raises it.
    """


class DatabaseBusy(StoreError):
    """A store whose connection other threads use for too long; the database may be in order."""


class TenantError(FaqbotError):
    """A tenant that does not exist, or a malformed id."""


class PublishError(FaqbotError):
    """A knowledge base that cannot be published, or a published one that cannot be read.

    Nothing was changed in the database.
    """


class FailedTests(PublishError):
    """A knowledge base that was not published, as its tests fail the gate."""


class MissingDependency(FaqbotError):
    """A library is not installed.

    *extra* is the extra of faqbot that installs it, by *command*.
    """

    def __init__(self, needed_for: str, extra: str) -> None:
        """Make the message from the noun *needed_for*, such as "the terminal chat", and *extra*."""
        self.extra = extra
        self.command = install_command(extra)
        super().__init__(f"{needed_for} needs a library that is not installed: run  {self.command}")
