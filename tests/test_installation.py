"""Commands that install an extra: right for a clone, a repository, a file and an index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from faqbot import installation
from faqbot.installation import find_origin, install_command

_ROOT = Path(__file__).parents[1]


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put metadata of an installed faqbot first on the path, and return its folder."""
    folder = tmp_path / "site" / "faqbot-1.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: faqbot\nVersion: 1\n")
    (folder / "INSTALLER").write_text("pip\n")
    monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.setattr(installation, "_ROOT", folder.parent)
    return folder


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in the folder of a clone, in a virtual environment that has no pip; return the clone."""
    programs = tmp_path / "clone" / ".venv" / "bin"
    programs.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(programs.parent))
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    monkeypatch.chdir(tmp_path / "clone")
    return tmp_path / "clone"


def _add_pip(environment: Path) -> None:
    pip = environment / ".venv" / "bin" / "pip"
    pip.touch(mode=0o755)


def _set_url(record: Path, url: str, **info: object) -> None:
    (record / "direct_url.json").write_text(json.dumps({"url": url, **info}))


def test_editable_clone_is_installed_again(record: Path, environment: Path) -> None:
    """In the clone the command has no paths of the machine."""
    _add_pip(environment)
    _set_url(record, environment.as_uri(), dir_info={"editable": True})

    assert install_command("import") == ".venv/bin/pip install -e '.[import]'"


def test_clone_is_installed_as_a_copy_again(record: Path, environment: Path) -> None:
    """An installation that is not editable stays so."""
    _add_pip(environment)
    _set_url(record, environment.as_uri(), dir_info={})

    assert install_command("store") == ".venv/bin/pip install '.[store]'"


def test_paths_are_whole_elsewhere(
    record: Path, environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder outside the clone, the command names the clone and its environment."""
    clone = tmp_path / "it's here"
    environment.rename(clone)
    monkeypatch.setattr(sys, "executable", str(clone / ".venv" / "bin" / "python"))
    _add_pip(clone)
    _set_url(record, clone.as_uri(), dir_info={"editable": True})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    arguments = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\n' {install_command('import')}"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\n")

    expected = [str(clone / ".venv/bin/pip"), "install", "-e", f"{clone}[import]"]
    assert arguments[:-1] == expected


def test_folder_below_the_current_one_is_not_taken_for_a_name(
    record: Path, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pip would look up "clone[import]" in an index."""
    _set_url(record, environment.as_uri(), dir_info={})
    monkeypatch.chdir(environment.parent)

    assert install_command("import").endswith(" './clone[import]'")


def test_index_is_named_only_without_an_address(record: Path, environment: Path) -> None:
    """Metadata without an address says that faqbot came from an index."""
    _add_pip(environment)

    assert not (record / "direct_url.json").exists()
    assert install_command("import") == ".venv/bin/pip install 'faqbot[import]'"


@pytest.mark.parametrize(
    ("url", "info", "requirement"),
    [
        (
            "https://example.org/faqbot.git",
            {"vcs_info": {"vcs": "git", "commit_id": "4f2a"}},
            "'faqbot[live] @ git+https://example.org/faqbot.git@4f2a'",
        ),
        (
            "https://example.org/faqbot-1-py3-none-any.whl",
            {"archive_info": {}},
            "'faqbot[live] @ https://example.org/faqbot-1-py3-none-any.whl'",
        ),
    ],
)
@pytest.mark.usefixtures("environment")
def test_address_is_kept(record: Path, url: str, info: dict[str, object], requirement: str) -> None:
    """A repository at a commit, or a file, is installed from the same address."""
    _set_url(record, url, **info)

    assert install_command("live").endswith(f"pip install {requirement}")


def test_clone_without_an_installation_is_installed(record: Path, environment: Path) -> None:
    """Metadata without an address says nothing beside a pyproject.toml."""
    _add_pip(environment)
    (record.parent / "pyproject.toml").touch()

    assert find_origin().folder == record.parent
    assert find_origin().editable


@pytest.mark.parametrize(
    ("installer", "command"),
    [("pip", ".venv/bin/python -m pip install"), ("uv", "uv pip install -p .venv/bin/python")],
)
def test_environment_without_pip(
    record: Path, environment: Path, installer: str, command: str
) -> None:
    """The program that installed faqbot installs the extra."""
    (record / "INSTALLER").write_text(f"{installer}\n")
    _set_url(record, environment.as_uri(), dir_info={})

    assert install_command("live") == f"{command} '.[live]'"


@pytest.mark.usefixtures("record", "environment")
def test_system_python_has_pip_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a virtual environment the command is the usual one."""
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)

    assert install_command("live") == "pip install 'faqbot[live]'"


def test_command_of_this_environment_names_an_existing_program() -> None:
    """The command of the test run itself can be run: its program and its folder exist."""
    program, *_, requirement = install_command("import").split()

    assert requirement.endswith("[import]'")
    assert os.sep not in program or Path(program).exists()
