"""Entries over HTTP: pages, one entry, completions, and the headers of caches."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from tests.adapters.web.conftest import MakeClient


def _ids(client: TestClient, query: str = "") -> tuple[list[str], str | None]:
    page = client.get(f"/v1/entries{query}").json()
    return [entry["id"] for entry in page["entries"]], page["next"]


def test_pages_follow_each_other(client: TestClient) -> None:
    """`next` leads to the next page; the last page has none."""
    assert _ids(client) == (["parcel", "letter", "lift", "ladder"], None)
    assert _ids(client, "?limit=3") == (["parcel", "letter", "lift"], "lift")
    assert _ids(client, "?limit=3&after=lift") == (["ladder"], None)
    assert _ids(client, "?section=Post") == (["parcel", "letter"], None)
    assert _ids(client, "?section=Cellar") == ([], None)
    assert client.get("/v1/entries?after=rota").status_code == 404  # hidden, so unknown


def test_an_entry_has_its_fields(client: TestClient) -> None:
    """Follow-ups that the caller may not see are left out."""
    entry = client.get("/v1/entries/parcel").json()

    assert entry == {
        "id": "parcel",
        "question": "Where do I collect a parcel?",
        "alternates": ["pick up a package", "collect my post"],
        "answer": "At the **porter's lodge**, until six.",
        "answer_html": "<p>At the <strong>porter's lodge</strong>, until six.</p>",
        "section": "Post",
        "source": "House rules, 4",
        "url": "https://house.example/rules",
        "tags": ["post"],
        "follow_ups": ["letter"],
        "reviewed": None,
    }


@pytest.mark.parametrize("path", ["/v1/entries", "/v1/entries/parcel"])
def test_an_unchanged_page_is_not_sent_again(make_client: MakeClient, path: str) -> None:
    """The ETag differs between audiences, and shared caches keep nothing."""
    staff = {"hash": hashlib.sha256(b"k").hexdigest(), "audience": ["staff"]}
    client = make_client(public=True, keys={"staff": staff})
    open_page = client.get(path)
    staff_page = client.get(path, headers={"Authorization": "Bearer k"})
    tag = open_page.headers["etag"]

    assert staff_page.headers["etag"] != tag
    assert open_page.headers["cache-control"].startswith("private")
    assert "Authorization" in open_page.headers["vary"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_beginning_is_completed(client: TestClient) -> None:
    """Questions of entries, the one that begins so first."""

    def found(query: str) -> list[str]:
        questions = client.get(f"/v1/suggest?q={query}").json()["questions"]
        return [each["entry"] for each in questions]

    assert found("who") == ["lift", "ladder"]
    assert found("who&limit=1") == ["lift"]
    assert found("repairs the l") == ["lift"]
    assert found("") == found("zzz") == []
