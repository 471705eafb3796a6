"""Signed tokens of a site (JWT, HS256): a person and labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from faqbot_web.problems import Problem
from faqbot_web.schemas import storable

if TYPE_CHECKING:
    from faqbot_web.settings import TokenSettings

TOKEN_HEADER = "faqbot-token"  # noqa: S105 - the name of a header
# Seconds by which the clocks of two machines may differ. Chosen by hand.
LEEWAY_SECONDS = 30
# Longest token, in characters. Chosen by hand: a claim of a hundred labels fits.
MAX_TOKEN_CHARS = 8_192
# Longest name of a person or a label, in characters. Chosen by hand.
MAX_CLAIM_CHARS = 255
# Most labels of a person. Chosen by hand.
MAX_LABELS = 100


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """Claims of a valid token: the id of the *person*, and the labels of *audience*."""

    person: str
    audience: frozenset[str]


def read_token(token: str, settings: TokenSettings | None, tenant: str = "") -> TokenClaims:
    """Return the claims of *token*; raises Problem (401) if it is not valid now.

    A token for a *tenant* names it in the claim `tenant`, as the tenants share the secret.
    """
    if settings is None:
        raise _refusal("this service takes no tokens: set [tokens] in its settings")
    if len(token) > MAX_TOKEN_CHARS:
        raise _refusal("it is too long")
    import jwt  # slow to import, and used with tokens only

    try:
        claims = jwt.decode(
            token,
            settings.secret,
            algorithms=["HS256"],
            audience=settings.audience,
            leeway=LEEWAY_SECONDS,
            options={"require": ["sub", "aud", "exp"]},
        )
    except jwt.ExpiredSignatureError:
        raise _refusal("it has expired: ask the site for a new one") from None
    except jwt.MissingRequiredClaimError as error:
        raise _refusal(f"it has no claim {error.claim!r}") from None
    except (jwt.InvalidTokenError, ValueError, OverflowError, RecursionError):
        raise _refusal("it is not signed for this service") from None
    if tenant and claims.get("tenant") != tenant:
        raise _refusal("its claim 'tenant' must be the tenant that is asked")
    return TokenClaims(_person(claims), _labels(claims))


def _person(claims: dict[str, Any]) -> str:
    person = claims["sub"]
    if not isinstance(person, str) or not 0 < len(person) <= MAX_CLAIM_CHARS:
        raise _refusal("its claim 'sub' must be the id of a person")
    try:
        storable(person)
    except ValueError:
        raise _refusal("its claim 'sub' must be the id of a person") from None
    return person


def _labels(claims: dict[str, Any]) -> frozenset[str]:
    labels = claims.get("audience", [])
    if not isinstance(labels, list) or len(labels) > MAX_LABELS:
        raise _refusal("its claim 'audience' must be a list of labels")
    if not all(isinstance(label, str) and 0 < len(label) <= MAX_CLAIM_CHARS for label in labels):
        raise _refusal("its claim 'audience' must be a list of labels")
    return frozenset(labels)


def _refusal(reason: str) -> Problem:
    return Problem(401, f"The token in the header Faqbot-Token cannot be used: {reason}.")
