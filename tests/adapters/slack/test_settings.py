"""The settings file: everything in it is read, and every fault is told with its key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faqbot import AdapterSettingsError
from faqbot_slack.settings import Audience, ChannelSettings, Limits, SlackSettings, read_settings

_EXAMPLE = Path(__file__).parents[3] / "docs" / "reference" / "slack.toml"


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "slack.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _faults(tmp_path: Path, text: str) -> list[str]:
    path = _write(tmp_path, text)
    with pytest.raises(AdapterSettingsError) as caught:
        read_settings(path, {})
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_without_a_file_all_is_default() -> None:
    """No file is no fault: the bot answers mentions, and nothing unasked."""
    assert read_settings("", {}) == SlackSettings()
    assert not SlackSettings().ambient
    assert not SlackSettings().public_to_external


def test_the_environment_names_a_file(tmp_path: Path) -> None:
    """FAQBOT_SLACK_SETTINGS names the file; a path that was given goes before."""
    named = _write(tmp_path, 'owners = ["U0ANNA"]')
    given_path = tmp_path / "other.toml"
    given_path.write_text("")

    assert read_settings("", {"FAQBOT_SLACK_SETTINGS": str(named)}).owners == ("U0ANNA",)
    assert read_settings(given_path, {"FAQBOT_SLACK_SETTINGS": str(named)}).owners == ()


def test_the_example_is_complete_and_right() -> None:
    """The documented example has every setting, and is read as it says."""
    found = read_settings(_EXAMPLE, {})

    assert found == SlackSettings(
        owners=("U0ALICE", "U0BOB"),
        sections={"VPN and network": ("U0NADIA",), "Pay": ("U0PETER",)},
        channels={
            "C0HELPIT": ChannelSettings(ambient=True),
            "C0GENERAL": ChannelSettings(ambient=True, threshold=0.95, shadow=True, budget=2),
            "C0QUIET": ChannelSettings(muted=True),
            "C0PARTNER": ChannelSettings(shared=True),
        },
        audiences={
            "hr": Audience(frozenset(["U0PETER"]), frozenset(["C0HRTEAM"])),
            "staff": Audience(channels=frozenset(["C0HELPIT", "C0GENERAL"])),
        },
        limits=Limits(10, 20),
        suggestions_channel="C0FAQTEAM",
        escalation_channel="C0HELPDESK",
        public_to_external=False,
        agent=True,
    )
    keys = {*tomllib.loads(_EXAMPLE.read_text(encoding="utf-8"))}
    assert keys == {
        *("owners", "agent", "sections", "suggestions", "escalation"),
        *("external", "limits", "audiences", "channels"),
    }


def test_proxies_are_networks(tmp_path: Path) -> None:
    """An address with a prefix is its network; without the setting, this machine is trusted."""
    named = read_settings(_write(tmp_path, 'proxies = ["10.0.0.7/8", "::1"]'), {})

    assert named.proxies == ("10.0.0.0/8", "::1")
    assert read_settings(_write(tmp_path, "proxies = []"), {}).proxies == ()
    assert SlackSettings().proxies == ("127.0.0.1", "::1")


def test_owner_of_a_section() -> None:
    """A section without an owner of its own has the first of all owners."""
    found = SlackSettings(owners=("U1", "U2"), sections={"Pay": ("U3", "U4")})

    assert found.owner_of("Pay") == "U3"
    assert found.owner_of("VPN") == "U1"
    assert SlackSettings().owner_of("Pay") == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("onwers = []", "onwers: there is no such setting; did you mean 'owners'?"),
        (
            "owners = 'U0ANNA'",
            "owners: this is 'U0ANNA', and must be a list, each of it the member",
        ),
        ("owners = ['anna']", "owners: 'anna' is not the member id of a person"),
        ("owners = [3]", "owners: 3 is not the member id"),
        ("proxies = 'me'", "proxies: this is 'me', and must be a list of addresses and networks"),
        (
            "proxies = ['me']",
            "proxies: this is ['me'], and must be a list of addresses and networks",
        ),
        ("agent = 'yes'", "agent: this is 'yes', and must be true or false"),
        ("channels = 3", "channels: this must be a table, [channels]"),
        ("[channels.general]", "channels.general: 'general' is not the id of a channel"),
        ("[channels.'#it help']", "channels.\"#it help\": '#it help' is not the id of a channel"),
        (
            "[channels.C0HELP]\ntreshold = 0.9",
            "channels.C0HELP.treshold: there is no such setting; did you mean 'threshold'?",
        ),
        (
            "[channels.C0HELP]\nthreshold = 90",
            "channels.C0HELP.threshold: this is 90, and must be a number from 0 to 1, such as 0.9",
        ),
        ("[channels.C0HELP]\nthreshold = true", "channels.C0HELP.threshold: this is True"),
        ("[channels.C0HELP]\nthreshold = nan", "channels.C0HELP.threshold: this is nan"),
        (
            "[channels.C0HELP]\nbudget = 0",
            "channels.C0HELP.budget: this is 0, and must be a whole",
        ),
        ("[channels.C0HELP]\nambient = 1", "channels.C0HELP.ambient: this is 1, and must be true"),
        ("[audiences]\nhr = ['U1AB']", "audiences.hr: this must be a table, [audiences.hr]"),
        (
            "[audiences.hr]\nusers = []",
            "audiences.hr.users: there is no such setting; there are people",
        ),
        ("[audiences.hr]\nchannels = ['U1AB']", "audiences.hr.channels: 'U1AB' is not the id of a"),
        ("[sections]\nPay = 'U1AB'", "sections.Pay: this is 'U1AB', and must be a list"),
        (
            "[limits]\nper_person = 1.5",
            "limits.per_person: this is 1.5, and must be a whole number",
        ),
        ("[limits]\nper_hour = 3", "limits.per_hour: there is no such setting; did you mean 'per"),
        (
            "[suggestions]\nchannel = 'faq'",
            "suggestions.channel: this is 'faq', and must be the id",
        ),
        (
            "[external]\nanswer = 'all'",
            "external.answer: this is 'all', and must be \"nothing\" or",
        ),
    ],
)
def test_a_fault_is_told_with_its_key(tmp_path: Path, text: str, fault: str) -> None:
    """Each fault is one line: the file, the key, and what is to stand there."""
    (line,) = _faults(tmp_path, text)

    assert line.startswith(fault)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """A person need not mend one fault to learn of the next."""
    text = "agent = 3\nfoo = 1\n[limits]\nper_thread = 'x'\n[channels.C0AB]\nmute = true"

    assert len(_faults(tmp_path, text)) == 4


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """What is missing, no text, no TOML, or no file of settings at all is said in one line."""
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * 1_000_001)
    for path, what in (
        (tmp_path / "none.toml", "cannot be read: No such file"),
        (tmp_path, "cannot be read: Is a directory"),
        (binary, "not UTF-8 text"),
        (_write(tmp_path, "a = "), "this is not TOML: "),
        (huge, "too long"),
        (Path("/dev/null"), "not a regular file"),
    ):
        with pytest.raises(AdapterSettingsError, match=what) as caught:
            read_settings(path, {})
        assert "\n" not in str(caught.value)


_VALUES = st.recursive(
    st.booleans() | st.integers(-3, 3) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=6,
)
_TOP = st.sampled_from(["owners", "sections", "channels", "audiences", "limits", "external", "x"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_TOP, _VALUES, max_size=4))
def test_any_tables_are_read_or_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, values: dict[str, object]
) -> None:
    """Whatever TOML holds, it is settings or an AdapterSettingsError."""
    path = _write(tmp_path, "")
    monkeypatch.setattr("tomllib.loads", lambda _: values)
    try:
        found = read_settings(path, {})
    except AdapterSettingsError as error:
        assert str(path) in str(error)  # noqa: PT017 - either is right
    else:
        assert isinstance(found, SlackSettings)


def test_each_workspace_has_its_own_settings(tmp_path: Path) -> None:
    """Limits at the top hold for all, unless a workspace has its own; a base is seen from the file."""
    text = """
only_listed = true
read_along = true
tenants = "bases"
[limits]
per_person = 3
[external]
answer = "public"
[workspaces.T1ACME]
knowledge = "acme/faq.yaml"
owners = ["U0ANNA"]
channels.C0123ABCD.ambient = true
[workspaces.E1ORG]
knowledge = "postgresql://db/faqbot?tenant=org"
limits.per_person = 5
external.answer = "nothing"
"""
    found = read_settings(_write(tmp_path, text), {})
    acme, org = found.workspaces["T1ACME"], found.workspaces["E1ORG"]

    assert (found.only_listed, found.ambient, found.owners) == (True, True, ())
    assert (found.read_along, found.tenants) == (True, str(tmp_path / "bases"))
    assert acme.knowledge == str(tmp_path / "acme" / "faq.yaml")
    assert (acme.settings.owners, acme.settings.limits.per_person) == (("U0ANNA",), 3)
    assert acme.settings.public_to_external
    assert org.knowledge == "postgresql://db/faqbot?tenant=org"
    assert (org.settings.owners, org.settings.limits.per_person) == ((), 5)
    assert not org.settings.public_to_external


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            'owners = ["U0ANNA"]\n[workspaces.T1ACME]',
            "owners: with several workspaces, this belongs under [workspaces.ID]",
        ),
        ("[channels.C0123ABCD]\n[workspaces.T1ACME]", "channels: with several workspaces"),
        ("[workspaces.acme]", "workspaces.acme: 'acme' is not the id of a workspace"),
        ("[workspaces.T1ACME]\nknowledge = 1", "workspaces.T1ACME.knowledge: this is 1"),
        ("[workspaces.T1ACME]\nknowlege = 'a'", "did you mean 'knowledge'?"),
        ("[workspaces.T1ACME.limits]\nper_person = 0", "workspaces.T1ACME.limits.per_person: this"),
        ("workspaces = 1", "workspaces: this must be a table"),
        ("only_listed = true", "only_listed: nobody is listed: add a table [workspaces.ID]"),
    ],
)
def test_faults_of_workspaces_are_told(tmp_path: Path, text: str, fault: str) -> None:
    """Ids of people and channels belong to one workspace, so they stand in its table."""
    assert any(fault in line for line in _faults(tmp_path, text))


def test_reading_along_needs_no_ambient_channel(tmp_path: Path) -> None:
    """Follow-ups without a mention need the rights to read channels, too."""
    assert read_settings(_write(tmp_path, "read_along = true"), {}).ambient
    assert not read_settings(_write(tmp_path, "read_along = false"), {}).ambient
