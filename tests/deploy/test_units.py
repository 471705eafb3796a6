"""The systemd units, as systemd reads them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.deploy.facts import DEPLOY, documented_variables, faults_of_command

if TYPE_CHECKING:
    from pathlib import Path

_UNIT, _DROP_IN = DEPLOY / "faqbot.service", DEPLOY / "web.conf"


@pytest.mark.parametrize("with_drop_in", [False, True], ids=["slack", "web"])
def test_systemd_accepts_the_unit(tmp_path: Path, *, with_drop_in: bool) -> None:
    """No key is unknown, and no value; the program is one that exists on this machine."""
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("the program systemd-analyze is not installed")
    (tmp_path / "faqbot.service.d").mkdir()
    files = {_UNIT: tmp_path / "faqbot.service"}
    if with_drop_in:
        files[_DROP_IN] = tmp_path / "faqbot.service.d" / "web.conf"
    for source, target in files.items():
        text = source.read_text(encoding="utf-8").replace("/opt/faqbot/bin/faqbot", "/bin/true")
        target.write_text(text, encoding="utf-8")
    command = [verify, "verify", "--man=no", tmp_path / "faqbot.service"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")


@pytest.mark.parametrize("path", [_UNIT, _DROP_IN], ids=["slack", "web"])
def test_commands_and_variables_exist(path: Path) -> None:
    """Each is in the reference."""
    text = path.read_text(encoding="utf-8")
    (started,) = re.findall(r"^ExecStart=(/.+)", text, re.MULTILINE)

    assert list(faults_of_command(shlex.split(started)[1:])) == []
    assert {*re.findall(r"\b(FAQBOT_\w+)=", text)} <= documented_variables()
