"""Settings files and keys: every fault has a sentence, and no secret is kept."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot import AdapterSettingsError
from faqbot_web import WebAdapter, read_settings
from faqbot_web.keys import add_key, hash_key
from faqbot_web.server import check_exposure, describe_access
from faqbot_web.settings import KeySettings, WebSettings, normalize_origin
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunFaqbot


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "web.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_setting_is_read(tmp_path: Path) -> None:
    """A file with all of them."""
    path = _file(
        tmp_path,
        f"""
        public = true
        origins = ["https://WWW.site.example"]
        hosts = ["faq.example"]
        proxies = ["10.0.0.0/8"]
        per_minute = 30
        concurrency = 5
        metrics_key = true
        [keys.app]
        hash = "{hash_key("k")}"
        audience = ["staff"]
        origins = ["https://intranet.example:8443"]
        per_minute = 9
        matches = true
        operator = true
        [tokens]
        secret = "{"s" * 32}"
        audience = "faq"
        [doors]
        rasa = false
        """,
    )
    settings = read_settings(path)

    assert (settings.public, settings.origins) == (True, ("https://www.site.example",))
    assert settings.keys["app"].audience == {"staff"}
    assert settings.tokens is not None
    assert (settings.doors.rasa, settings.doors.mcp) == (False, True)
    assert settings.all_origins == {"https://www.site.example", "https://intranet.example:8443"}


def test_the_settings_of_the_page_are_valid(tmp_path: Path) -> None:
    """docs/how-to/serve.md shows every setting, with a value that may be used."""
    page = (ROOT / "docs" / "how-to" / "serve.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    settings = read_settings(_file(tmp_path, shown))

    assert settings.model_fields_set == set(WebSettings.model_fields)
    assert settings.keys["intranet"].model_fields_set == set(KeySettings.model_fields)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pubic = true", "pubic: there is no such setting; did you mean 'public'?"),
        ("zebra = 1", "zebra: there is no such setting; there are public, origins, "),
        ("public = 'yes please'", "public: this must be a valid boolean"),
        ("per_minute = 0", "per_minute: this must be greater than or equal to 1"),
        ("origins = ['site.example']", "origins.0: this must be an origin, such as"),
        ("origins = ['https://a.example/page']", "origins.0: this must be an origin"),
        ("hosts = ['http://a']", "hosts.0: this must be the name of a host"),
        ("proxies = ['everywhere']", "proxies.0: this must be an address or a network"),
        ("[keys.app]\n", "keys.app.hash: this setting is missing"),
        ("[keys.app]\nhash = 'plain'", "keys.app.hash: this must be the hash"),
        ("[keys.app]\nhahs = 'x'", "did you mean 'hash'?"),
        ("[tokens]\nsecret = 'short'\naudience = 'a'", "this must have at least 32 bytes"),
        ("[doors]\nslack = true", "doors.slack: there is no such setting"),
        ("public = ", "this is not TOML"),
    ],
)
def test_a_fault_names_its_key(tmp_path: Path, text: str, message: str) -> None:
    """The message has the file, the key and the remedy."""
    path = _file(tmp_path, text)
    with pytest.raises(AdapterSettingsError) as caught:
        read_settings(path)

    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder, a missing file, bytes that are no text."""
    binary = tmp_path / "b.toml"
    binary.write_bytes(b"\xff\xfe\xfa")
    for path in (tmp_path, tmp_path / "none.toml", binary):
        with pytest.raises(AdapterSettingsError, match=f"{path}: .*(check its path|UTF-8)"):
            read_settings(path)


@given(st.text())
def test_any_text_is_an_origin_or_none(text: str) -> None:
    """Parsing never raises, and a normal origin stays as it is."""
    origin = normalize_origin(text)

    assert normalize_origin(origin) == origin


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_this_machine_may_always_be_served(host: str) -> None:
    """Loopback needs no decision."""
    check_exposure(WebSettings(), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "faq.example"])  # noqa: S104
def test_an_open_address_needs_a_decision(host: str) -> None:
    """Keys, or the word public."""
    with pytest.raises(AdapterSettingsError, match=r"add a key with .* or set  public = true"):
        check_exposure(WebSettings(), host)
    check_exposure(WebSettings(public=True), host)
    check_exposure(WebSettings(keys={"a": {"hash": hash_key("k")}}), host)


@pytest.mark.parametrize(
    "settings", [{"port": "x"}, {"port": "65536"}, {"port": "-1"}, {"prot": "1"}]
)
def test_wrong_settings_of_the_adapter_are_refused(settings: dict[str, str]) -> None:
    """A sentence for each."""
    with pytest.raises(AdapterSettingsError):
        WebAdapter(settings)


def test_a_key_is_added_beside_other_settings(tmp_path: Path) -> None:
    """Comments stay, the hash is kept, and the access is as asked."""
    path = _file(tmp_path, "# ours\npublic = true")
    key = add_key(path, "page", {"audience": ['a "b"'], "origins": ["https://a.example"]})
    settings = read_settings(path)

    assert path.read_text(encoding="utf-8").startswith("# ours\npublic = true\n\n[keys.page]\n")
    assert settings.keys["page"].hash == hash_key(key)
    assert settings.keys["page"].audience == {'a "b"'}
    assert key not in path.read_text(encoding="utf-8")
    assert len(key) > 40


def test_a_new_file_of_keys_is_private(tmp_path: Path) -> None:
    """Nobody else may read it; keys differ."""
    path = tmp_path / "web.toml"
    keys = {add_key(path, name, {}) for name in ("a", "b")}

    assert (len(keys), stat.S_IMODE(path.stat().st_mode)) == (2, 0o600)


@pytest.mark.parametrize(
    ("name", "access"),
    [("a", {}), ("b c", {}), ("", {}), ("x" * 65, {}), ("c", {"origins": ["nowhere"]})],
)
def test_a_key_that_cannot_be_added_changes_nothing(
    tmp_path: Path, name: str, access: dict[str, object]
) -> None:
    """A taken or wrong name, or a wrong origin."""
    path = tmp_path / "web.toml"
    add_key(path, "a", {})
    before = path.read_bytes()
    with pytest.raises(AdapterSettingsError):
        add_key(path, name, access)

    assert path.read_bytes() == before


def test_the_command_prints_the_key_alone(tmp_path: Path, run_faqbot: RunFaqbot) -> None:
    """One line on standard output, which a script can take."""
    path = tmp_path / "web.toml"
    options = ("--settings", path, "--audience", "staff", "--per-minute", "5", "--matches")
    done = run_faqbot("serve", "key", "add", "app", *options)
    key = done.stdout.decode().removesuffix("\n")
    found = read_settings(path).keys["app"]

    assert (done.returncode, done.stderr, found.hash) == (0, b"", hash_key(key))
    assert (found.audience, found.per_minute, found.matches) == ({"staff"}, 5, True)


def test_an_open_address_is_refused_in_a_sentence(run_faqbot: RunFaqbot) -> None:
    """The command ends with the exit code of bad settings."""
    done = run_faqbot("serve", "--host", "0.0.0.0", "--port", "0", "--encoder", "none")  # noqa: S104

    assert done.returncode == 2
    assert b"nothing says who may ask" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_start_names_the_origins_whose_pages_may_ask() -> None:
    """Origins of keys count too; without origins there is no line."""
    key = {"hash": "0" * 64, "origins": ["https://b.example"]}
    given = {"origins": ["https://a.example"], "keys": {"shop": key}}
    lines = [*describe_access(WebSettings.model_validate(given), "::1", 8080, ())]

    assert lines[-1] == "Pages of:      https://a.example, https://b.example"
    assert not any("Pages of" in line for line in describe_access(WebSettings(), "::1", 8080, ()))


def test_the_addresses_of_tenants_are_told() -> None:
    """Without a tenant in the address, nothing answers there."""
    lines = [*describe_access(WebSettings(), "localhost", 8080, (), "/srv/bases")]

    assert "Chat page:     http://localhost:8080/t/TENANT/chat" in lines
    assert "Ask:           POST http://localhost:8080/t/TENANT/v1/ask" in lines
    assert lines[-1] == "Tenants of:    /srv/bases"
