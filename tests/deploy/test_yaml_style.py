"""YAML files for operators, and the Dockerfile, as their linters read them."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.deploy.facts import DEPLOY, PORT, ROOT, documented_variables, faults_of_command

_DOCKERFILE = ROOT / "Dockerfile"


def test_yaml_has_no_finding() -> None:
    """Yamllint reads all files of `deploy/`."""
    command = [sys.executable, "-m", "yamllint", "--strict", "-c", DEPLOY / ".yamllint", DEPLOY]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode()) == (0, "")


def test_the_dockerfile_has_no_finding() -> None:
    """Hadolint reads it, where it is installed."""
    hadolint = shutil.which("hadolint", path=f"{sys.prefix}/bin") or shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("the program hadolint is not installed")
    done = subprocess.run([hadolint, _DOCKERFILE], capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode()) == (0, "")


def test_the_image_runs_a_command_that_exists() -> None:
    """Without root, with documented variables, and a probe of the port that it serves."""
    lines = _DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    env = next(line for line in lines if line.startswith("ENV")).split()[1:]
    given = dict(each.split("=", 1) for each in env)

    assert list(faults_of_command(["slack"])) == []
    assert lines[-2:] == ['ENTRYPOINT ["faqbot"]', 'CMD ["slack"]']
    assert "USER 10001:10001" in lines
    assert given["FAQBOT_PORT"] == str(PORT)
    assert f"127.0.0.1:{PORT}/readyz" in "".join(lines)
    assert {name for name in given if name.startswith("FAQBOT")} <= documented_variables()
