"""The compose file: valid, safe, and true to the commands that it runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from faqbot_web.settings import WebSettings
from tests.deploy.facts import (
    DEPLOY,
    PORT,
    documented_variables,
    documents,
    faults_of_command,
    is_plain_image,
)

if TYPE_CHECKING:
    from pathlib import Path

_FILE = DEPLOY / "compose.yaml"
_SERVICES: dict[str, dict[str, Any]] = documents(_FILE)[0]["services"]
_FAQBOT = {name: each for name, each in _SERVICES.items() if each["image"].startswith("faqbot:")}


def test_the_file_keeps_to_the_specification() -> None:
    """The JSON Schema of Compose, as check-jsonschema brings it, accepts the file."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", _FILE),
        ],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout[:2]) == (0, b"ok")


def test_two_replicas_share_one_postgresql_behind_a_proxy() -> None:
    """They start after the schema is upgraded, and the proxy after they are ready."""
    assert {*_SERVICES} == {"postgres", "migrate", "web-1", "web-2", "proxy"}
    for name in ("web-1", "web-2"):
        assert _SERVICES[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"}
        }
        assert _SERVICES["proxy"]["depends_on"][name] == {"condition": "service_healthy"}
    assert [name for name, each in _SERVICES.items() if "ports" in each] == ["proxy"]


@pytest.mark.parametrize("service", _FAQBOT.values(), ids=[*_FAQBOT])
def test_faqbot_has_no_rights_that_it_does_not_need(service: dict[str, Any]) -> None:
    """No root, no capability, no new rights, and a file system that cannot be written."""
    assert service["user"].split(":")[0] == "10001"
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", _FAQBOT.values(), ids=[*_FAQBOT])
def test_commands_and_variables_exist(service: dict[str, Any]) -> None:
    """Each is in the reference."""
    assert list(faults_of_command(service["command"])) == []
    assert {*service["environment"]} <= documented_variables()


def test_images_have_a_version_and_no_registry() -> None:
    """A plain name, so that any registry can stand before it."""
    assert [each["image"] for each in _SERVICES.values() if not is_plain_image(each["image"])] == []


def test_ports_and_probes_agree() -> None:
    """Health checks and proxy ask the port that the service listens on."""
    proxy = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
    for name in ("web-1", "web-2"):
        assert _SERVICES[name]["environment"]["FAQBOT_PORT"] == str(PORT)
        assert f"http://127.0.0.1:{PORT}/readyz" in _SERVICES[name]["healthcheck"]["test"][-1]
        assert f"{name}:{PORT}" in proxy
    assert "option httpchk GET /readyz" in proxy
    assert _SERVICES["proxy"]["ports"] == ["8080:8080"]
    assert "\n    bind :8080\n" in proxy


def test_the_settings_are_valid_and_trust_the_network_of_the_proxy() -> None:
    """A visitor's address is that in X-Forwarded-For, which only the proxy can set."""
    settings = WebSettings.model_validate(
        tomllib.loads((DEPLOY / "web.toml").read_text(encoding="utf-8"))
    )
    (network,) = documents(_FILE)[0]["networks"]["inside"]["ipam"]["config"]
    assert [str(each) for each in settings.proxies] == [network["subnet"]]


def test_no_password_is_in_the_file() -> None:
    """It comes from `.env`, and the services do not start without it."""
    text = _FILE.read_text(encoding="utf-8")
    assert text.count("${POSTGRES_PASSWORD:?") == text.count("POSTGRES_PASSWORD:?")
    assert "faqbot:${POSTGRES_PASSWORD:?set it in .env}@postgres" in text


def test_haproxy_accepts_its_file(tmp_path: Path) -> None:
    """The proxy's own program reads it without a warning, where that is installed."""
    text = re.sub(r" web-\d:", " 127.0.0.1:", (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8"))
    (tmp_path / "haproxy.cfg").write_text(text, encoding="utf-8")
    haproxy = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin") or shutil.which("haproxy")
    if haproxy is None:
        pytest.skip("the program haproxy is not installed")
    command = [haproxy, "-c", "-dW", "-f", tmp_path / "haproxy.cfg"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, b"[WARNING]" in done.stdout + done.stderr) == (0, False)
