"""URLs of databases: told from paths, and shown without their secrets."""

from __future__ import annotations

import random
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot import is_address
from faqbot.database_urls import DATABASE_URL, SECRET_ARGUMENTS, hide_password

_SECRET = "hunter2"  # noqa: S105  made up
_SCHEMES = st.sampled_from(["postgresql", "postgresql+psycopg", "mysql+pymysql", "my-db", "a.b"])


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u@h/d",
        "mysql+pymysql://h/d?tenant=t",
        "sqlite:////srv/kb.db",
        "sqlite://",
        "nosuch://h",
        "my-db://jo:pw@h/d",
        " postgresql://jo:pw@h/d",
        "://",
    ],
)
def test_a_url_is_an_address(text: str) -> None:
    """A mistyped scheme too: a database in a file would get the password in its name."""
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kb.yaml",
        "C:\\kb",
        "C:/kb",
        "/srv/kb",
        "kb/sub",
        "/srv/a://b",
        ".\\a://b",
        "./sqlite://x",
    ],
)
def test_a_path_is_no_address(text: str) -> None:
    """It is one of a file or folder."""
    assert not is_address(text)


@given(st.text(), st.text())
def test_a_path_in_a_folder_is_no_address(folder: str, name: str) -> None:
    """Whatever stands behind the first separator."""
    assert not is_address(f"{folder.replace(':', '')}/{name}")


@given(st.from_regex(DATABASE_URL, fullmatch=True))
def test_every_url_of_a_database_is_an_address(url: str) -> None:
    """The two expressions agree."""
    assert is_address(url)


@given(_SCHEMES, st.text(st.characters(exclude_characters="@", codec="utf-8"), min_size=6))
def test_a_password_with_any_character_but_one_is_hidden(scheme: str, password: str) -> None:
    """However odd it is; the rest stays."""
    url = f"{scheme}://jo:{password}@host.example/d"

    assert hide_password(url) == f"{scheme}://jo:***@host.example/d"


@given(st.text(st.characters(exclude_characters="@", codec="utf-8"), min_size=6))
def test_sqlalchemy_takes_the_same_for_the_password(password: str) -> None:
    """Its host is that of the URL without the password."""
    make_url = pytest.importorskip("sqlalchemy", reason="the extra is not installed").make_url
    url = f"postgresql+psycopg://jo:{password}@host.example/d"

    assert make_url(url).host == "host.example"


@given(st.text(st.characters(exclude_characters="?", codec="utf-8")))
def test_a_password_with_an_at_sign_that_is_not_quoted_is_hidden(start: str) -> None:
    """No driver accepts it, and the message on that does not show it."""
    assert (
        hide_password(f"postgresql://jo:{start}@{_SECRET}@h/d?sslmode=require")
        == "postgresql://jo:***@h/d?sslmode=require"
    )


@given(st.sampled_from(sorted(SECRET_ARGUMENTS)), st.integers(0), st.booleans())
def test_a_secret_argument_is_hidden(name: str, seed: int, quoted: bool) -> None:  # noqa: FBT001
    """In letters of any case, and with a name that is quoted."""
    mixed = "".join(random.Random(seed).choice([each.upper(), each]) for each in name)
    written = f"%{ord(mixed[0]):x}{mixed[1:]}" if quoted else mixed
    shown = hide_password(f"postgresql://jo@h/d?a=1&{written}={quote(_SECRET)}&b=2")

    assert shown == f"postgresql://jo@h/d?a=1&{mixed}=***&b=2"


@pytest.mark.parametrize("url", ["", f"{_SECRET}", f" postgresql://jo:{_SECRET}@h/d"])
def test_a_text_that_is_no_url_is_hidden_as_a_whole(url: str) -> None:
    """Nobody knows where its password stands."""
    assert hide_password(url) == "***"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://jo:{_SECRET}@h/d",
        f"postgresql+psycopg://jo@h/d?password={_SECRET}",
        f"postgresql+psycopg://jo@h/d?SSLPassword={_SECRET}",
    ],
)
def test_the_name_of_a_store_has_no_secret(url: str) -> None:
    """Messages name the store."""
    pytest.importorskip("psycopg", reason="the extra `postgresql` is not installed")
    from faqbot.store.dialects import find_backend

    name = find_backend(url).name
    assert _SECRET not in name
    assert "***" in name


def test_a_store_beside_a_mistyped_scheme_makes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A space in front is an error, which does not show the password."""
    pytest.importorskip("sqlalchemy", reason="the extra `store` is not installed")
    from faqbot.errors import StoreError
    from faqbot.store.dialects import find_backend

    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="which SQLAlchemy does not know") as caught:
        find_backend(f" postgresql://jo:{_SECRET}@h/d")
    assert _SECRET not in str(caught.value)
    assert not list(tmp_path.iterdir())
