"""Settings of a workspace from a TOML file: channels, owners, audiences and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from faqbot import AdapterSettingsError, is_address, parse_settings, proxy_network

_Value = TypeVar("_Value")

IdFormat = tuple[re.Pattern[str], str]
"""Pattern of an id, and its description for messages."""

CHANNEL: IdFormat = (re.compile("[CG][A-Z0-9]{2,}"), 'the id of a channel, such as "C0123ABCD"')
PERSON: IdFormat = (
    re.compile("[UW][A-Z0-9]{2,}"),
    'the member id of a person, such as "U0123ABCD"',
)
WORKSPACE: IdFormat = (
    re.compile("[TE][A-Z0-9]{2,}"),
    'the id of a workspace or organisation, such as "T0123ABCD"',
)
_VARIABLE = "FAQBOT_SLACK_SETTINGS"
# Proxies that are trusted without a setting: those on this machine.
LOCAL_PROXIES = ("127.0.0.1", "::1")
# Largest number of questions or answers in a limit. Chosen by hand.
_MOST_COUNT = 1_000


class SettingsTable:
    """TOML table whose methods read one key; a fault is noted and the default returned."""

    def __init__(self, values: object, faults: list[str], name: str = "") -> None:
        """Read *values* as the table *name*; note in *faults* if it is not a table."""
        self._name = name
        self._faults = faults
        self._values: Mapping[str, object] = values if isinstance(values, Mapping) else {}
        if not isinstance(values, Mapping):
            faults.append(f"{name}: this must be a table, [{name}]")

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return iter(self._values)

    def allow(self, *known: str) -> None:
        """Note each key that is not *known*, with the nearest known key."""
        for key in self._values:
            if key in known:
                continue
            near = get_close_matches(key, known, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            self._faults.append(f"{self._path(key)}: there is no such setting; {advice}")

    def table(self, key: str) -> SettingsTable:
        """Return the table under *key*, empty if missing."""
        return SettingsTable(self._values.get(key, {}), self._faults, self._path(key))

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a boolean."""
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
        """Return one of *choices*; the first is the default."""
        value = self._values.get(key, choices[0])
        if isinstance(value, str) and value in choices:
            return value
        return self._refuse(key, " or ".join(f'"{each}"' for each in choices), choices[0])

    def path(self, key: str) -> str:
        """Return a path or address, "" if missing."""
        value = self._values.get(key, "")
        return value if isinstance(value, str) else self._refuse(key, "a path or a URL", "")

    def refuse_keys(self, advice: str, *keys: str) -> None:
        """Note each of *keys* that is there, with *advice*."""
        self._faults.extend(f"{self._path(key)}: {advice}" for key in keys if key in self._values)

    def id(self, key: str, kind: IdFormat) -> str:
        """Return an id, "" if missing."""
        value = self._values.get(key, "")
        pattern, what = kind
        if isinstance(value, str) and (not value or pattern.fullmatch(value)):
            return value
        return self._refuse(key, what, "")

    def ids(self, key: str, kind: IdFormat) -> tuple[str, ...]:
        """Return the ids of a list, in its order."""
        values = self._values.get(key, [])
        pattern, what = kind
        if not isinstance(values, list):
            return self._refuse(key, f"a list, each of it {what}", ())
        wrong = [each for each in values if not (isinstance(each, str) and pattern.fullmatch(each))]
        for each in wrong:
            self._faults.append(f"{self._path(key)}: {each!r} is not {what}")
        return tuple(dict.fromkeys(each for each in values if each not in wrong))

    def networks(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return the addresses and networks of a list, each as uvicorn reads it."""
        values = self._values.get(key, [*default])
        try:
            if isinstance(values, list):
                return tuple(proxy_network(str(each)) for each in values)
        except ValueError:
            pass
        return self._refuse(key, 'a list of addresses and networks, such as "10.0.0.0/8"', default)

    def check_keys(self, kind: IdFormat) -> None:
        """Note each key that is not an id of *kind*."""
        pattern, what = kind
        for key in self._values:
            if not pattern.fullmatch(key):
                self._faults.append(f"{self._path(key)}: {key!r} is not {what}")

    def _path(self, key: str) -> str:
        named = key if re.fullmatch(r"[\w-]+", key) else f'"{key}"'
        return f"{self._name}.{named}" if self._name else named

    def _refuse(self, key: str, wanted: str, default: _Value) -> _Value:
        self._faults.append(
            f"{self._path(key)}: this is {self._values[key]!r}, and must be {wanted}"
        )
        return default


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Behaviour in one channel.

    With *ambient*, the bot also answers questions that are not addressed to it: from a confidence of
    *threshold*, 0 to 1, and at most *budget* an hour. In *shadow*, it only records those answers. A
    *muted* bot reacts to commands and shortcuts only. *shared* marks a channel shared with another
    organisation, before Slack does with a message there.
    """

    ambient: bool = False
    threshold: float = 0.9
    shadow: bool = False
    budget: int = 6
    muted: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Holders of a label: *people* in private, and everybody in *channels*."""

    people: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """Rate limits: questions *per_person* and minute, and answers *per_thread*."""

    per_person: int = 10
    per_thread: int = 20


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Validated settings of a workspace.

    *owners* decide on suggestions and may give admin commands. *sections* names the people who are
    asked for help with a section. Suggestions go to *suggestions_channel*, calls for help to
    *escalation_channel*; "" for nowhere. *public_to_external* answers people of other organisations
    and shared channels, with entries for the audience "public" only. *agent* means that the app has
    Slack's agent view, which shows suggested prompts.

    *workspaces* are the settings of workspaces and organisations, where the app is installed in several.
    With *only_listed*, the app can be installed in those only. *tenants* is a folder, or the address of
    published knowledge bases, with a base under the id of each workspace; "" for none. With *read_along*,
    the app asks for the rights to read channels, for follow-ups without a mention. *proxies* are the
    addresses and networks of proxies in front of the bot.
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
    workspaces: Mapping[str, WorkspaceSettings] = field(default_factory=dict)
    only_listed: bool = False
    tenants: str = ""
    read_along: bool = False
    proxies: tuple[str, ...] = LOCAL_PROXIES

    def of_channel(self, channel: str) -> ChannelSettings:
        """Return the settings of *channel*."""
        return self.channels.get(channel, _UNSET)

    def owner_of(self, section: str) -> str:
        """Return the member id of the owner of *section*; "" for nobody."""
        return next(iter(self.sections.get(section) or self.owners), "")

    @property
    def ambient(self) -> bool:
        """Whether the app needs to read channels, as for ambient answers in any of them."""
        own = any(channel.ambient for channel in self.channels.values())
        return (
            own
            or self.read_along
            or any(each.settings.ambient for each in self.workspaces.values())
        )


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """Settings of one of several workspaces: its *settings*, and the path or URL of its *knowledge*.

    *knowledge* is "" for the knowledge base of the command.
    """

    settings: SlackSettings
    knowledge: str = ""


_UNSET = ChannelSettings()


def read_settings(path: str | Path, environment: Mapping[str, str]) -> SlackSettings:
    """Read the file at *path*; if that is "", the file that FAQBOT_SLACK_SETTINGS names.

    Without a file, every setting has its default. Raises AdapterSettingsError with every fault of
    the file, each with its key.
    """
    named = str(path) or environment.get(_VARIABLE, "").strip()
    if not named:
        return SlackSettings()
    faults: list[str] = []
    settings = _read(SettingsTable(parse_settings(Path(named), "the Slack settings"), faults))
    if faults:
        raise AdapterSettingsError("\n".join(f"{named}: {fault}" for fault in faults))
    folder = Path(named).parent
    placed = {
        name: replace(each, knowledge=_placed(each.knowledge, folder))
        for name, each in settings.workspaces.items()
    }
    return replace(settings, workspaces=placed, tenants=_placed(settings.tenants, folder))


def _placed(knowledge: str, folder: Path) -> str:
    """Return the path *knowledge* as seen from *folder*; an address stays."""
    return knowledge if not knowledge or is_address(knowledge) else str(folder / knowledge)


# Settings about people and channels, whose ids belong to one workspace.
_OF_WORKSPACE = ("owners", "sections", "channels", "audiences", "suggestions", "escalation")
# Settings that hold for every workspace, unless a workspace has its own.
_GENERAL = ("limits", "external", "agent")
# Settings of a service for several workspaces.
_OF_SERVICE = ("workspaces", "only_listed", "tenants", "read_along", "proxies")


def _read(top: SettingsTable) -> SlackSettings:
    top.allow(*_OF_WORKSPACE, *_GENERAL, *_OF_SERVICE)
    workspaces = top.table("workspaces")
    if [*workspaces]:
        advice = (
            "with several workspaces, this belongs under [workspaces.ID] with the workspace's id"
        )
        top.refuse_keys(advice, *_OF_WORKSPACE)
    elif top.flag("only_listed", default=False):
        top.refuse_keys("nobody is listed: add a table [workspaces.ID]", "only_listed")
    general = _read_one(top, SlackSettings())
    return replace(
        general,
        workspaces=_read_workspaces(workspaces, general),
        only_listed=top.flag("only_listed", default=False),
        tenants=top.path("tenants"),
        read_along=top.flag("read_along", default=False),
        proxies=top.networks("proxies", LOCAL_PROXIES),
    )


def _read_one(table: SettingsTable, general: SlackSettings) -> SlackSettings:
    """Return the settings of one workspace; *general* are the defaults of every workspace."""
    return SlackSettings(
        owners=table.ids("owners", PERSON),
        sections=_read_sections(table.table("sections")),
        channels=_read_channels(table.table("channels")),
        audiences=_read_audiences(table.table("audiences")),
        limits=_read_limits(table.table("limits"), general.limits),
        suggestions_channel=_read_channel(table.table("suggestions")),
        escalation_channel=_read_channel(table.table("escalation")),
        public_to_external=_read_external(table.table("external"), general),
        agent=table.flag("agent", default=general.agent),
    )


def _read_workspaces(table: SettingsTable, general: SlackSettings) -> dict[str, WorkspaceSettings]:
    table.check_keys(WORKSPACE)
    return {name: _read_workspace(table.table(name), general) for name in table}


def _read_workspace(table: SettingsTable, general: SlackSettings) -> WorkspaceSettings:
    table.allow("knowledge", *_OF_WORKSPACE, *_GENERAL)
    return WorkspaceSettings(_read_one(table, general), table.path("knowledge"))


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
        budget=table.count("budget", _UNSET.budget, _MOST_COUNT),
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


def _read_limits(table: SettingsTable, default: Limits) -> Limits:
    table.allow("per_person", "per_thread")
    return Limits(
        per_person=table.count("per_person", default.per_person, _MOST_COUNT),
        per_thread=table.count("per_thread", default.per_thread, _MOST_COUNT),
    )


def _read_channel(table: SettingsTable) -> str:
    table.allow("channel")
    return table.id("channel", CHANNEL)


def _read_external(table: SettingsTable, general: SlackSettings) -> bool:
    table.allow("answer")
    choices = ("public", "nothing") if general.public_to_external else ("nothing", "public")
    return table.choice("answer", choices) == "public"
