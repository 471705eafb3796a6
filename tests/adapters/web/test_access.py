"""Access: keys, origins, hosts, tokens, rates, and pages of other sites."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from starlette.testclient import TestClient

from faqbot_web import create_app
from faqbot_web.settings import WebSettings

if TYPE_CHECKING:
    from faqbot import Bot, Store
    from tests.adapters.web.conftest import MakeClient

_QUESTION = {"question": "pick up a package"}
_SECRET = "a secret of the site that has many more bytes than sixty-four, for HS512"  # noqa: S105
_SITE = "https://www.site.example"


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _keys(**access: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return settings of keys, each its own name as the key."""
    return {name: {"hash": _hash(name), **fields} for name, fields in access.items()}


def _token(**claims: Any) -> str:  # noqa: ANN401  any claim
    now = {"sub": "p1", "aud": "faq", "exp": time.time() + 60, "audience": ["staff"]}
    secret = claims.pop("secret", _SECRET)
    algorithm = claims.pop("algorithm", "HS256")
    kept = {name: value for name, value in (now | claims).items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm)


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer anything"}])
def test_without_keys_everybody_asks(client: TestClient, sent: dict[str, str]) -> None:
    """A Bearer is ignored where no key is configured."""
    assert client.post("/v1/ask", json=_QUESTION, headers=sent).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {},
        _bearer("wrong"),
        _bearer("k" * 100_000),
        _bearer("\x7f\xe9"),
        {"Authorization": "Bearer"},
        {"Authorization": "Digest app"},
    ],
)
def test_with_keys_others_are_refused(make_client: MakeClient, sent: dict[str, str]) -> None:
    """A missing or wrong key is 401, with a sentence."""
    client = make_client(keys=_keys(app={}))
    headers = {name: value.encode("latin-1") for name, value in sent.items()}
    response = client.post("/v1/ask", json=_QUESTION, headers=headers)

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["detail"].endswith(".")
    assert client.post("/v1/ask", json=_QUESTION, headers=_bearer("app")).status_code == 200


def test_a_public_service_gives_everybody_the_open_entries(make_client: MakeClient) -> None:
    """No key gets the entries for everybody; a wrong key is still refused."""
    client = make_client(public=True, keys=_keys(app={"audience": ["staff"]}))

    assert client.get("/v1/entries/rota").status_code == 404
    assert client.get("/v1/entries/rota", headers=_bearer("app")).status_code == 200
    assert client.get("/v1/entries/lift", headers=_bearer("wrong")).status_code == 401


def test_a_hidden_entry_is_as_unknown(make_client: MakeClient) -> None:
    """Nothing tells a hidden entry from one that does not exist."""
    client = make_client()
    hidden, draft, unknown = (
        client.get(f"/v1/entries/{name}").json() for name in ("rota", "plan", "zebra")
    )

    assert hidden == draft == unknown
    for address in ("/v1/suggest?q=where is the du", "/v1/entries", "/v1/entries/parcel"):
        assert "rota" not in client.get(address).text
    assert "rota" not in client.post("/v1/ask", json={"question": "duty rota"}).text


def test_a_key_of_pages_is_useless_elsewhere(make_client: MakeClient) -> None:
    """Another origin, and a program without one, are 403."""
    client = make_client(keys=_keys(page={"origins": [_SITE]}))

    def status(**headers: str) -> int:
        sent = _bearer("page") | headers
        return client.post("/v1/ask", json=_QUESTION, headers=sent).status_code

    assert (status(Origin=_SITE), status(Origin=f"{_SITE}:443")) == (200, 200)
    assert (status(), status(Origin="https://evil.example")) == (403, 403)
    assert status(Origin="http://localhost") == 200  # a page of the service itself


def test_a_conversation_is_bound_to_the_origin_that_began_it(make_client: MakeClient) -> None:
    """The same key on another page of its origins finds no conversation."""
    sites = [_SITE, "https://shop.site.example"]
    client = make_client(keys=_keys(page={"origins": sites}))
    here, there = (_bearer("page") | {"Origin": site} for site in sites)
    asked = client.post("/v1/ask", json=_QUESTION, headers=here).json()
    pick = {"conversation": asked["conversation"], "entry": "letter"}

    assert client.post("/v1/pick", json=pick, headers=there).status_code == 404
    again = {**_QUESTION, "conversation": asked["conversation"]}
    other = client.post("/v1/ask", json=again, headers=there).json()
    assert other["conversation"] != asked["conversation"]
    assert client.post("/v1/pick", json=pick, headers=here).status_code == 200


def test_pages_of_other_sites_may_ask_only_if_named(make_client: MakeClient) -> None:
    """Without names there is no CORS, and a foreign origin is refused."""
    closed, opened = make_client(), make_client(origins=[_SITE])
    preflight = {"Origin": _SITE, "Access-Control-Request-Method": "POST"}

    assert closed.post("/v1/ask", json=_QUESTION, headers={"Origin": _SITE}).status_code == 403
    assert "access-control-allow-origin" not in closed.options("/v1/ask", headers=preflight).headers
    shown = opened.post("/v1/ask", json=_QUESTION, headers={"Origin": _SITE})
    assert (shown.status_code, shown.headers["access-control-allow-origin"]) == (200, _SITE)
    assert opened.options("/v1/ask", headers=preflight).status_code == 200
    assert opened.post("/v1/ask", json=_QUESTION, headers={"Origin": "null"}).status_code == 403


@pytest.mark.parametrize(
    "host", ["localhost:80", "127.0.0.1:8080", "[::1]:8080", "faq", "a.localhost", ""]
)
def test_names_that_cannot_be_rebound_are_served(client: TestClient, host: str) -> None:
    """Addresses, names without a dot, and no host at all, as the check of a load balancer."""
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/v1/entries", "/docs", "/metrics", "/nothing"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", ":8080.evil.example", "127.0.0.1.evil.example"]
)
def test_every_address_checks_the_host(client: TestClient, path: str, host: str) -> None:
    """A foreign name is 421 everywhere: its pages could read a service on this machine."""
    assert client.get(path, headers={"Host": host}).status_code == 421


def test_a_named_host_is_served(make_client: MakeClient) -> None:
    """Names in the settings are taken with and without a port."""
    client = make_client(hosts=["faq.example"])

    assert client.get("/healthz", headers={"Host": "FAQ.example:8443"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "other.example"}).status_code == 421


def test_a_token_names_a_person_with_labels(make_client: MakeClient, store: Store) -> None:
    """A valid token adds its labels to those of the caller."""
    client = make_client(tokens={"secret": _SECRET, "audience": "faq"})
    shown = client.get("/v1/entries/rota", headers={"Faqbot-Token": _token()})

    assert shown.status_code == 200
    assert client.get("/v1/entries/rota").status_code == 404
    client.post("/v1/ask", json=_QUESTION, headers={"Faqbot-Token": _token()})
    client.app.state.service.recorder.flush()
    assert store.forget("p1") == 1


def test_an_answer_to_a_request_id_stays_with_its_person(make_client: MakeClient) -> None:
    """People of one page share its key: an equal id and question of another person share nothing."""
    client = make_client(tokens={"secret": _SECRET, "audience": "faq"})
    asked = {"question": "where is the duty rota", "request": "1"}
    replies = [
        client.post("/v1/ask", json=asked, headers=headers).json()
        for headers in ({"Faqbot-Token": _token()}, {"Faqbot-Token": _token(audience=[])}, {})
    ]

    assert [reply["entry"] for reply in replies] == ["rota", None, None]
    assert len({reply["conversation"] for reply in replies}) == 3


@pytest.mark.parametrize(
    "token",
    [
        _token(exp=time.time() - 31),
        _token(exp=None),
        _token(sub=None),
        _token(aud=None),
        _token(aud="other"),
        _token(secret=_SECRET + "x"),
        _token(algorithm="HS512"),
        _token(audience="staff"),
        _token(audience=[1]),
        _token(sub=""),
        _token(sub="a\0"),
        _token()[:-2],
        base64.urlsafe_b64encode(b'{"alg":"none"}').decode() + "." + _token().split(".")[1] + ".",
        "...",
        "x" * 50_000,
    ],
)
def test_a_token_that_is_not_valid_is_refused(make_client: MakeClient, token: str) -> None:
    """Expired, incomplete, forged and malformed tokens are 401."""
    client = make_client(tokens={"secret": _SECRET, "audience": "faq"})
    response = client.get("/v1/entries/rota", headers={"Faqbot-Token": token})

    assert (response.status_code, "Faqbot-Token" in response.json()["detail"]) == (401, True)


def test_a_token_has_leeway_for_clocks(make_client: MakeClient) -> None:
    """Machines may differ by some seconds."""
    client = make_client(tokens={"secret": _SECRET, "audience": "faq"})
    token = _token(exp=time.time() - 10)

    assert client.get("/v1/entries/rota", headers={"Faqbot-Token": token}).status_code == 200


def test_too_many_requests_wait(make_client: MakeClient) -> None:
    """Each key has a rate of its own; 429 says when to come back."""
    client = make_client(public=True, per_minute=2, keys=_keys(app={"per_minute": 3}))

    free = [client.get("/v1/suggest?q=a") for _ in range(4)]
    keyed = [client.get("/v1/suggest?q=a", headers=_bearer("app")).status_code for _ in range(4)]
    assert [response.status_code for response in free] == [200, 200, 429, 429]
    assert keyed == [200, 200, 200, 429]
    assert 1 <= int(free[-1].headers["retry-after"]) <= 30
    assert client.get("/metrics").status_code == client.get("/healthz").status_code == 200


def test_guesses_of_keys_are_limited(make_client: MakeClient) -> None:
    """Wrong keys count for their address."""
    client = make_client(per_minute=2, keys=_keys(app={}))
    guesses = [client.get("/v1/entries", headers=_bearer(f"no{n}")) for n in range(4)]

    assert [guess.status_code for guess in guesses] == [401, 401, 429, 429]


@pytest.mark.parametrize(("proxies", "statuses"), [([], [200, 429]), (["testclient"], [200, 200])])
def test_forwarded_addresses_count_from_named_proxies_only(
    bot: Bot, store: Store, proxies: list[str], statuses: list[int]
) -> None:
    """A client cannot choose its address; a proxy tells it."""
    settings = WebSettings.model_construct(per_minute=1, proxies=proxies)
    app = create_app(bot, settings, store=store)
    with TestClient(app, base_url="http://localhost") as client:
        found = [
            client.get("/v1/suggest?q=a", headers={"X-Forwarded-For": f"203.0.113.{n}"})
            for n in range(2)
        ]

    assert [response.status_code for response in found] == statuses


def test_matches_are_shown_to_keys_that_may_see_them(make_client: MakeClient) -> None:
    """Scores of a knowledge base are no one else's business."""
    client = make_client(public=True, keys=_keys(app={}, lab={"matches": True}))

    def matches(**headers: str) -> int:
        return len(client.post("/v1/ask", json=_QUESTION, headers=headers).json()["matches"])

    assert (matches(), matches(**_bearer("app"))) == (0, 0)
    assert matches(**_bearer("lab")) > 0


def test_operators_read_metrics_and_the_report(make_client: MakeClient) -> None:
    """A browser sends the key as a password."""
    client = make_client(metrics_key=True, keys=_keys(app={}, boss={"operator": True}))
    basic = {"Authorization": "Basic " + base64.b64encode(b"me:boss").decode()}

    for path in ("/metrics", "/report"):
        assert client.get(path).headers["www-authenticate"].startswith("Basic ")
        assert client.get(path, headers=_bearer("app")).status_code == 403
        assert client.get(path, headers=_bearer("wrong")).status_code == 401
        assert client.get(path, headers=_bearer("boss")).status_code == 200
        assert client.get(path, headers=basic).status_code == 200


def test_the_report_shows_the_questions(make_client: MakeClient) -> None:
    """It is the page of `faqbot report --html`, and may not run anything."""
    client = make_client(keys=_keys(boss={"operator": True}))
    client.post("/v1/ask", json={"question": "collect my post"}, headers=_bearer("boss"))
    client.app.state.service.recorder.flush()
    page = client.get("/report?days=7", headers=_bearer("boss"))

    assert "Where do I collect a parcel?" in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert client.get("/report?days=0", headers=_bearer("boss")).status_code == 422


def test_without_keys_there_is_no_report(client: TestClient) -> None:
    """A report is never open."""
    assert client.get("/report").status_code == 401
