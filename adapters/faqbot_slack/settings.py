"""What a workspace may set about the bot, in a TOML file: channels, owners, audiences and limits."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from faqbot import AdapterSettingsError
from faqbot_slack.tables import CHANNEL, PERSON, Table

__all__ = ["Audience", "ChannelSettings", "Limits", "Settings", "read_settings"]

_VARIABLE = "FAQBOT_SLACK_SETTINGS"
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What the bot does in one channel.

    With *ambient* it also answers questions there that nobody put to it, from a confidence of
    *threshold* on, 0 to 1, and at most *budget* of them an hour; in *shadow* it only records what it
    would have said. Where it is *muted* it says nothing to all but commands and shortcuts. *shared*
    says that the channel is shared with another organisation, before Slack does with a message there.
    """

    ambient: bool = False
    threshold: float = 0.9
    shadow: bool = False
    budget: int = 6
    muted: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Who holds a label: *people* wherever only they see the answer, and everybody in *channels*."""

    people: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is answered: questions of a person *per_person* a minute, answers *per_thread*."""

    per_person: int = 10
    per_thread: int = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that are right.

    *owners* decide on suggestions and give the bot orders; *sections* says who is asked for help
    with a section of the knowledge base. Suggestions are shown in *suggestions_channel*, calls for
    help in *escalation_channel*; "" for nowhere. *public_to_external* answers people of other
    organisations and shared channels, with entries for the audience "public" and no others.
    *agent* says that the app has Slack's agent view, which takes suggested prompts.
    """

    owners: tuple[str, ...] = ()
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    audiences: Mapping[str, Audience] = field(default_factory=dict)
    limits: Limits = Limits()
    suggestions_channel: str = ""
    escalation_channel: str = ""
    public_to_external: bool = False
    agent: bool = True

    def of_channel(self, channel: str) -> ChannelSettings:
        """Return what is set for *channel*."""
        return self.channels.get(channel, _UNSET)

    def owner_of(self, section: str) -> str:
        """Return the member id of who is asked for help with *section*; "" for nobody."""
        return next(iter(self.sections.get(section) or self.owners), "")

    @property
    def ambient(self) -> bool:
        """Whether the bot is to read along in any channel."""
        return any(channel.ambient for channel in self.channels.values())


_UNSET = ChannelSettings()
_LIMITS = Limits()


def read_settings(path: str | Path, environment: Mapping[str, str]) -> Settings:
    """Read the file at *path*, or where that is "" the one that FAQBOT_SLACK_SETTINGS names.

    Without either, every setting is as it is by default. Raises AdapterSettingsError with every
    fault of the file, each with its key.
    """
    named = str(path) or environment.get(_VARIABLE, "").strip()
    if not named:
        return Settings()
    faults: list[str] = []
    settings = _read(Table(_parse(Path(named)), faults))
    if faults:
        raise AdapterSettingsError("\n".join(f"{named}: {fault}" for fault in faults))
    return settings


def _parse(path: Path) -> dict[str, object]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            # Opening a pipe would wait for a writer, and a device may never end.
            raise AdapterSettingsError(f"{path}: this is not a regular file: name a TOML file")
        if status.st_size > _MOST_BYTES:
            raise AdapterSettingsError(f"{path}: this is too long to be a file of settings")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise AdapterSettingsError(f"{path}: the Slack settings cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise AdapterSettingsError(f"{path}: this is no text in UTF-8, as TOML is to be") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise AdapterSettingsError(f"{path}: this is not TOML: {error}") from None


def _read(top: Table) -> Settings:
    top.allow(
        *("owners", "sections", "channels", "audiences", "limits"),
        *("suggestions", "escalation", "external", "agent"),
    )
    return Settings(
        owners=top.ids("owners", PERSON),
        sections=_read_sections(top.table("sections")),
        channels=_read_channels(top.table("channels")),
        audiences=_read_audiences(top.table("audiences")),
        limits=_read_limits(top.table("limits")),
        suggestions_channel=_read_channel(top.table("suggestions")),
        escalation_channel=_read_channel(top.table("escalation")),
        public_to_external=_read_external(top.table("external")),
        agent=top.flag("agent", default=True),
    )


def _read_sections(table: Table) -> dict[str, tuple[str, ...]]:
    return {section: table.ids(section, PERSON) for section in table}


def _read_channels(table: Table) -> dict[str, ChannelSettings]:
    table.check_keys(CHANNEL)
    return {channel: _read_one_channel(table.table(channel)) for channel in table}


def _read_one_channel(table: Table) -> ChannelSettings:
    table.allow("ambient", "threshold", "shadow", "budget", "muted", "shared")
    return ChannelSettings(
        ambient=table.flag("ambient", default=False),
        threshold=table.share("threshold", _UNSET.threshold),
        shadow=table.flag("shadow", default=False),
        budget=table.count("budget", _UNSET.budget, 1_000),
        muted=table.flag("muted", default=False),
        shared=table.flag("shared", default=False),
    )


def _read_audiences(table: Table) -> dict[str, Audience]:
    found = {}
    for label in table:
        inner = table.table(label)
        inner.allow("people", "channels")
        people, channels = inner.ids("people", PERSON), inner.ids("channels", CHANNEL)
        found[label] = Audience(frozenset(people), frozenset(channels))
    return found


def _read_limits(table: Table) -> Limits:
    table.allow("per_person", "per_thread")
    return Limits(
        per_person=table.count("per_person", _LIMITS.per_person, 1_000),
        per_thread=table.count("per_thread", _LIMITS.per_thread, 1_000),
    )


def _read_channel(table: Table) -> str:
    table.allow("channel")
    return table.id("channel", CHANNEL)


def _read_external(table: Table) -> bool:
    table.allow("answer")
    return table.choice("answer", ("nothing", "public")) == "public"
