"""What a workspace may set about the bot, in a TOML file: channels, owners, audiences and limits.

Reads the tables of a settings file, key by key, and notes everything that is wrong with them.
"""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from faqbot import AdapterSettingsError

_Value = TypeVar("_Value")

IdFormat = tuple[re.Pattern[str], str]
"""The form of an id, and what it is to look like, in words."""

CHANNEL: IdFormat = (re.compile("[CG][A-Z0-9]{2,}"), 'the id of a channel, such as "C0123ABCD"')
PERSON: IdFormat = (
    re.compile("[UW][A-Z0-9]{2,}"),
    'the member id of a person, such as "U0123ABCD"',
)
_VARIABLE = "FAQBOT_SLACK_SETTINGS"
_MOST_BYTES = 1_000_000


class SettingsTable:
    """One table: each method reads a key, and on a fault notes it and returns the default."""

    def __init__(self, values: object, faults: list[str], name: str = "") -> None:
        """Read *values*, the table called *name*, and note in *faults* if they are no table."""
        self._name = name
        self._faults = faults
        self._values: Mapping[str, object] = values if isinstance(values, Mapping) else {}
        if not isinstance(values, Mapping):
            faults.append(f"{name}: this is to be a table, [{name}]")

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys that are there."""
        return iter(self._values)

    def allow(self, *known: str) -> None:
        """Note each key that is not *known*, and which one it may have been meant to be."""
        for key in self._values:
            if key in known:
                continue
            near = get_close_matches(key, known, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            self._faults.append(f"{self._path(key)}: there is no such setting; {advice}")

    def table(self, key: str) -> SettingsTable:
        """Return the table under *key*, an empty one where there is none."""
        return SettingsTable(self._values.get(key, {}), self._faults, self._path(key))

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._values.get(key, default)
        return value if isinstance(value, bool) else self._refuse(key, "true or false", default)

    def count(self, key: str, default: int, most: int) -> int:
        """Return a whole number from 1 to *most*."""
        value = self._values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
            return value
        return self._refuse(key, f"a whole number from 1 to {most}", default)

    def share(self, key: str, default: float) -> float:
        """Return a number from 0 to 1."""
        value = self._values.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        return self._refuse(key, "a number from 0 to 1, such as 0.9", default)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """Return one of *choices*, of which the first is the default."""
        value = self._values.get(key, choices[0])
        if isinstance(value, str) and value in choices:
            return value
        return self._refuse(key, " or ".join(f'"{each}"' for each in choices), choices[0])

    def id(self, key: str, kind: IdFormat) -> str:
        """Return one id, "" where there is none."""
        value = self._values.get(key, "")
        pattern, what = kind
        if isinstance(value, str) and (not value or pattern.fullmatch(value)):
            return value
        return self._refuse(key, what, "")

    def ids(self, key: str, kind: IdFormat) -> tuple[str, ...]:
        """Return a list of ids, in the order they are written."""
        values = self._values.get(key, [])
        pattern, what = kind
        if not isinstance(values, list):
            return self._refuse(key, f"a list, each of it {what}", ())
        wrong = [each for each in values if not (isinstance(each, str) and pattern.fullmatch(each))]
        for each in wrong:
            self._faults.append(f"{self._path(key)}: {each!r} is not {what}")
        return tuple(dict.fromkeys(each for each in values if each not in wrong))

    def check_keys(self, kind: IdFormat) -> None:
        """Note each key that is not of *kind*."""
        pattern, what = kind
        for key in self._values:
            if not pattern.fullmatch(key):
                self._faults.append(f"{self._path(key)}: {key!r} is not {what}")

    def _path(self, key: str) -> str:
        named = key if re.fullmatch(r"[\w-]+", key) else f'"{key}"'
        return f"{self._name}.{named}" if self._name else named

    def _refuse(self, key: str, wanted: str, default: _Value) -> _Value:
        self._faults.append(
            f"{self._path(key)}: this is {self._values[key]!r}, and is to be {wanted}"
        )
        return default


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
class SlackSettings:
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


def read_settings(path: str | Path, environment: Mapping[str, str]) -> SlackSettings:
    """Read the file at *path*, or where that is "" the one that FAQBOT_SLACK_SETTINGS names.

    Without either, every setting is as it is by default. Raises AdapterSettingsError with every
    fault of the file, each with its key.
    """
    named = str(path) or environment.get(_VARIABLE, "").strip()
    if not named:
        return SlackSettings()
    faults: list[str] = []
    settings = _read(SettingsTable(_parse(Path(named)), faults))
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


def _read(top: SettingsTable) -> SlackSettings:
    top.allow(
        *("owners", "sections", "channels", "audiences", "limits"),
        *("suggestions", "escalation", "external", "agent"),
    )
    return SlackSettings(
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


def _read_sections(table: SettingsTable) -> dict[str, tuple[str, ...]]:
    return {section: table.ids(section, PERSON) for section in table}


def _read_channels(table: SettingsTable) -> dict[str, ChannelSettings]:
    table.check_keys(CHANNEL)
    return {channel: _read_one_channel(table.table(channel)) for channel in table}


def _read_one_channel(table: SettingsTable) -> ChannelSettings:
    table.allow("ambient", "threshold", "shadow", "budget", "muted", "shared")
    return ChannelSettings(
        ambient=table.flag("ambient", default=False),
        threshold=table.share("threshold", _UNSET.threshold),
        shadow=table.flag("shadow", default=False),
        budget=table.count("budget", _UNSET.budget, 1_000),
        muted=table.flag("muted", default=False),
        shared=table.flag("shared", default=False),
    )


def _read_audiences(table: SettingsTable) -> dict[str, Audience]:
    found = {}
    for label in table:
        inner = table.table(label)
        inner.allow("people", "channels")
        people, channels = inner.ids("people", PERSON), inner.ids("channels", CHANNEL)
        found[label] = Audience(frozenset(people), frozenset(channels))
    return found


def _read_limits(table: SettingsTable) -> Limits:
    table.allow("per_person", "per_thread")
    return Limits(
        per_person=table.count("per_person", _LIMITS.per_person, 1_000),
        per_thread=table.count("per_thread", _LIMITS.per_thread, 1_000),
    )


def _read_channel(table: SettingsTable) -> str:
    table.allow("channel")
    return table.id("channel", CHANNEL)


def _read_external(table: SettingsTable) -> bool:
    table.allow("answer")
    return table.choice("answer", ("nothing", "public")) == "public"
