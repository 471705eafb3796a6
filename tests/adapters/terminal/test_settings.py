"""Settings of the terminal adapter."""

from __future__ import annotations

from pathlib import Path

import pytest

from faqbot import AdapterSettingsError
from faqbot_terminal.console import Settings, history_path


def test_settings_are_read(tmp_path: Path) -> None:
    """Both settings arrive in their own types."""
    settings = Settings.read({"history": str(tmp_path / "asked"), "plain": "1"})

    assert settings == Settings(tmp_path / "asked", plain=True)


def test_history_of_a_person_is_found_from_home() -> None:
    """A tilde in the history's path is the home folder."""
    assert Settings.read({"history": "~/asked"}).history == Path.home() / "asked"


@pytest.mark.parametrize(
    ("name", "advice"), [("histry", "did you mean 'history'?"), ("colour", "history, plain")]
)
def test_an_unknown_setting_is_refused_with_advice(name: str, advice: str) -> None:
    """A misspelt setting names the one that was meant, any other lists them."""
    with pytest.raises(AdapterSettingsError, match=name) as raised:
        Settings.read({name: "x"})

    assert advice in str(raised.value)


@pytest.mark.parametrize(
    ("value", "plain"), [("1", True), ("TRUE", True), ("0", False), ("", False)]
)
def test_plain_takes_the_usual_words(value: str, *, plain: bool) -> None:
    """On and off may be spelt in the usual ways."""
    assert Settings.read({"plain": value}).plain is plain


def test_plain_refuses_any_other_word() -> None:
    """A value that is neither on nor off is not guessed at."""
    with pytest.raises(AdapterSettingsError, match="use 1 or 0"):
        Settings.read({"plain": "maybe"})


def test_history_is_kept_with_the_state_of_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each platform's own folder for state holds the history."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))

    assert history_path("linux") == tmp_path / "state" / "faqbot" / "history"
    assert history_path("win32") == tmp_path / "local" / "faqbot" / "history"
    assert history_path("darwin") == (
        tmp_path / "Library" / "Application Support" / "faqbot" / "history"
    )


def test_without_a_home_there_is_no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without a home folder chats, and forgets; a tilde that it typed is refused."""

    def no_home(_: object = None) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    monkeypatch.setattr(Path, "expanduser", no_home)

    assert history_path("linux") is None
    with pytest.raises(AdapterSettingsError, match="give the path in full"):
        Settings.read({"history": "~/asked"})


@pytest.mark.parametrize("named", ["", "state"])
def test_a_state_folder_that_is_not_absolute_is_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    """An empty or relative XDG_STATE_HOME counts as unset, as its specification says."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", named)

    assert history_path("linux") == tmp_path / ".local" / "state" / "faqbot" / "history"
