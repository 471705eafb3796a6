"""Redaction of private data, and texts that are kept."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faqbot.kb import load_knowledge_base
from faqbot.store.redaction import redact

_BUNDLED = Path(__file__).parents[3] / "knowledge" / "diplomacy.yaml"
_WORDS = st.sampled_from(["what is", "please", "my", "and then", "see", "Where", "ok,"])
_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,20}[A-Za-z0-9]", fullmatch=True)
_DOMAINS = st.from_regex(r"[a-z0-9]{1,12}(\.[a-z0-9]{1,8}){0,2}\.[a-z]{2,8}", fullmatch=True)
_BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n"


def _with_check_digit(digits: str) -> str:
    """Return *digits* with the digit after them that makes Luhn's sum right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("I am jo.doe+x@mail.example.org.", "I am [email]."),
        ("<mailto:jo@example.org|jo@example.org>", "<mailto:[email]|[email]>"),
        ("bücher@müller.example", "[email]"),
        ("o'neil@example.org", "[email]"),
        ("call +49 (0)30 1234-5678 now", "call [phone] now"),
        ("+14155552671", "[phone]"),
        ("0041 44 668 18 00", "[phone]"),
        ("(030) 1234567", "[phone]"),
        ("030/1234567", "[phone]"),
        ("0171 1234567", "[phone]"),
        ("01 23 45 67 89", "[phone]"),
        ("(415) 555-2671", "[phone]"),
        ("415-555-2671", "[phone]"),
        ("415.555.2671", "[phone]"),
        ("1-415-555-2671", "[phone]"),
        ("call me at 555-2671", "call me at [phone]"),
        ("my phone number is 4155552671", "my phone number is [phone]"),
        ("tel: 12345678", "tel: [phone]"),
        ("0171 1234567 2024-01-15", "[phone] 2024-01-15"),
        ("2024-01-15 0171 1234567", "2024-01-15 [phone]"),
        ("0171 1234567 0172 7654321", "[phone] [phone]"),
        ("room 5 0171 1234567", "room 5 [phone]"),
        ("+49 30 0123 4567", "[phone]"),
        ("4111 1111 1111 1111", "[card]"),
        ("card 4111111111111111, ok", "card [card], ok"),
        ("3782-822463-10005", "[card]"),
        ("4111 1111 1111 1111 12/26 123", "[card] 12/26 123"),
        ("12 4111 1111 1111 1111", "12 [card]"),
        ("5500\u00a00000\u00a00000\u00a00004", "[card]"),
        ("password: hunter2", "password: [secret]"),
        ("Password = 'a b c'!", "Password = [secret]!"),
        ("pwd:x", "pwd:[secret]"),
        ('{"api_key": "abc"}', '{"api_key": [secret]}'),
        ("DB_PASSWORD=swordfish", "DB_PASSWORD=[secret]"),
        ("my password is Tr0ub4dor&3, help", "my password is [secret], help"),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer [secret]"),
        ("https://jo:pa55@example.org/x", "https://[secret]@example.org/x"),
        (f"{_KEY}-----END RSA PRIVATE KEY----- ok", "[secret] ok"),
        (f"cut off: {_KEY}", "cut off: [secret]"),
        ("ask <@U024BE7LH> or <@W12|jo>", "ask [person] or [person]"),
    ],
)
def test_what_is_private_is_marked(text: str, redacted: str) -> None:
    """A mark says what stood there; the words around it stay."""
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "secret",
    [
        "xox" + "b-123456789012-abcdefABCDEF",
        "xapp-1-A0123-456-abcdef",
        "gh" + "p_abcdefghijklmnopqrstuvwxyz0123456789",
        "github_" + "pat_11ABCDEFG0abcdefghij_klmnop",
        "glpat-abcdefghijklmnopqrst",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "sk-" + "abcdefghijklmnopqrstuvwx",
        "sk_" + "live_abcdefghijklmnopqrstuvwx",
        "AIza" + "SyA-abcdefghijklmnopqrstuvwxyz12345",
        "hf_abcdefghijklmnopqrstuvwx",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "https://hooks.slack.com/services/T000/B000/XXXXXXXX",
        "d41d8cd98f00b204e9800998ecf8427e",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_keys_and_tokens_are_known(secret: str) -> None:
    """Keys of known issuers are found anywhere."""
    assert redact(secret) == "[secret]"
    assert redact(f"why does ({secret}) fail?") == "why does ([secret]) fail?"


@pytest.mark.parametrize(
    "text",
    [
        "What happened on 2024-01-15, 15.01.2024 and 01/15/2024?",
        "From 2024-01-15 2024-02-15, or 01.02.2024 10:30",
        "2024-01-15T10:30:00Z and 20240115T103000Z",
        "the years 1914-1918, 1939 1945, 2020 2021 2022 2023",
        "version 1.2.3, v2024.10.1, 10.0.19045.3803, 3.14.0rc1",
        "1,000,000 or 1 000 000 000 or 1 050 000 000 or 1.000.000,00 or $12345678.90",
        "0.123456789 and 0,5 and -1234567.5",
        "room 100-1000, order 12345678, ticket 1234567890, 1700000000",
        "what-is-the-difference-between-bilateral-and-multilateral-diplomacy-2",
        "section-2-part-3b-annex-4c-2024, entry_12_of_2024",
        "192.168.100.200 and 10.0.0.1:8080",
        "ISBN 978-3-16-148410-0 and 9783161484100",
        "https://example.org/Some/Long/Path/Page2024.html?id=12345",
        "AbstractSingletonProxyFactoryBean, getElementById",
        "pneumonoultramicroscopicsilicovolcanoconiosis",
        "IMG_20240115_123456789.jpg",
        "Password: how do I change it?",
        "my password is incorrect, the secret is out, the token is missing",
        "What is a password? Is the pin safe; why a basic understanding",
        "What is a bearer of credentials, and who is @channel or a@b",
        "passing: it is a pinned message",
        "UN Resolution 1325 (2000), Article 51, 27 + 2",
    ],
)
def test_plain_text_is_left_alone(text: str) -> None:
    """Dates, versions, years, amounts, ids and words about secrets are kept."""
    assert redact(text) == text


def test_the_bundled_knowledge_base_is_left_alone() -> None:
    """No phrasing, answer or id of an entry is taken for something private."""
    kb = load_knowledge_base(_BUNDLED)
    texts = [text for entry in kb.entries for text in (*entry.phrasings, entry.answer, entry.id)]
    texts += [test.ask for test in kb.tests]

    assert [text for text in texts if redact(text) != text] == []


@given(_WORDS, _NAMES, _DOMAINS)
@example("what is", "00", "0.rc")
def test_no_address_survives(words: str, name: str, domain: str) -> None:
    """Whatever an e-mail address is made of, it is gone."""
    redacted = redact(f"{words} {name}@{domain} {words}")

    assert "@" not in redacted
    assert redacted.startswith(words)
    assert redacted.endswith(words)


@given(_WORDS, st.text("0123456789", min_size=12, max_size=18), st.sampled_from(["", " ", "-"]))
def test_no_card_survives(words: str, digits: str, separator: str) -> None:
    """A number with a right check digit is gone, however it is grouped."""
    number = _with_check_digit("4" + digits[1:])
    grouped = separator.join(number[start : start + 4] for start in range(0, len(number), 4))

    redacted = redact(f"{words} {grouped} {words}")
    assert number[-8:] not in "".join(filter(str.isdigit, redacted))


@given(_WORDS, st.integers(10_000_000, 999_999_999_999), st.sampled_from(" -.("))
def test_no_international_number_survives(words: str, number: int, separator: str) -> None:
    """A plus and eight or more digits are a telephone, however they are grouped."""
    digits = str(number)
    shown = f"+{digits[:2]}{separator}{digits[2:5]} {digits[5:]}"

    assert redact(f"{words} {shown} {words}") == f"{words} [phone] {words}"


@pytest.mark.parametrize("end", ["/", ":", "|/"])
def test_a_key_that_ends_like_a_pair_is_redacted(end: str) -> None:
    """A separator of a name and its password may also end a key."""
    assert "q4Zx" not in redact(f"the key q4Zx/7bWk9{end} fails")


@given(st.binary(min_size=32, max_size=64), st.sampled_from(["hex", "base64", "url"]))
def test_random_keys_do_not_survive(data: bytes, code: str) -> None:
    """A long random string is gone, in any of the usual codes."""
    if len(set(data)) < 24:  # what hypothesis begins with is not random
        data = secrets.token_bytes(len(data))
    shown = {
        "hex": data.hex(),
        "base64": base64.b64encode(data).decode(),
        "url": base64.urlsafe_b64encode(data).decode().rstrip("="),
    }[code]

    assert shown not in redact(f"the key {shown} fails")


@given(st.dates(date(1000, 1, 1), date(2199, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y"]))  # fmt: skip
def test_dates_survive(day: date, form: str) -> None:
    """No day of history is a telephone."""
    assert redact(f"on {day.strftime(form)}?") == f"on {day.strftime(form)}?"


@given(st.lists(st.integers(0, 199), min_size=2, max_size=4), st.sampled_from(["", "v", "^", "=="]))
def test_versions_survive(numbers: list[int], sign: str) -> None:
    """No version is a telephone."""
    version = sign + ".".join(map(str, numbers))
    if not version.startswith("0."):
        assert redact(f"since {version} ok") == f"since {version} ok"


@given(st.integers(0, 10**12), st.sampled_from(["{:,}", "{:_}", "{}", "{:,}.00"]))
def test_amounts_survive(amount: int, form: str) -> None:
    """No amount is a telephone or a card."""
    shown = form.format(amount)

    assert redact(f"it costs {shown} euros") == f"it costs {shown} euros"


@given(st.text())
def test_redaction_is_safe(text: str) -> None:
    """It never fails, gives storable text, and a second pass changes nothing."""
    redacted = redact(text)

    assert "\x00" not in redacted
    redacted.encode()
    assert redact(redacted) == redacted


_PIECES = st.sampled_from(
    ["jo@example.org", "4111111111111111", "+14155552671", "password:", "password is", "x1!abc",
     "[secret]", "tel", "xox" + "b-1234567890", "://", "@", " ", "=", "-", "0171 1234567", "bearer",
     _KEY, "a", "7", ".", "\n", "'", '"', "code is", "to", "[at]", "DE02", "mein Passwort", "--token",
     "\u00ad", "%40", "\uff20", "\u0301", "my IP is", "SSN", "login", "/", ":", "mysql -p", "12 34"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_redacting_twice_is_redacting_once(text: str) -> None:
    """Marks beside private data are not mistaken for other private data."""
    once = redact(text)

    assert redact(once) == once


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_marks_lengthen_a_text_by_a_bounded_factor(text: str) -> None:
    """Each mark replaces at least one character, so a text grows nine times at most."""
    assert len(redact(text)) <= 9 * len(text)


@given(st.text("bcdfgjlmnqrtvwxz ,.!?\n", max_size=300))
def test_text_without_digits_labels_or_at_signs_is_unchanged(text: str) -> None:
    """Words that name no secret stay, whatever letters they have."""
    assert redact(text) == text


def test_long_texts_are_cut() -> None:
    """A text is kept to 4,000 characters, and secrets at a cut are not halved."""
    assert redact("word " * 4000) == ("word " * 4000)[:3999] + "…"
    assert "@" not in redact("jo@example.org " * 4000)
    assert redact(
        "word " * 1598 + "gh" + "p_abcdefghijklmnopqrstuvwxyz0123456789" * 9
    ).isprintable()
    assert "ghp" not in json.dumps(redact("x" * 7990 + " gh" + "p_abcdefghijklmnopqrstuvwxyz"))


def test_a_long_text_without_spaces_is_kept() -> None:
    """Languages without spaces lose only the text over the limit."""
    assert redact("問" * 9000) == "問" * 3999 + "…"


def test_a_mark_at_the_cut_is_left_out_whole() -> None:
    """Half a mark would not be known as one."""
    assert redact("w " * 1998 + "jo@example.org and more words") == "w " * 1998 + "…"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("\uff4a\uff4f\uff20example.org, ok…", "[email], ok…"),
        ("soft\u00adly jo@exam\u00adple.org", "soft\u00adly [email]"),
        ("caf\u00e9 cafe\u0301 jo%40example.org", "caf\u00e9 cafe\u0301 [email]"),
        ("\ufb01ne \u2460 \u0664\u0661\u0661\u0661 4111 1111 1111 1111", "\ufb01ne \u2460 \u0664\u0661\u0661\u0661 [card]"),
        ("a\u200bb\u200cc", "a\u200bb\u200cc"),
    ],
)  # fmt: skip
def test_text_beside_private_data_keeps_its_characters(text: str, redacted: str) -> None:
    """Normalization is for the search alone."""
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "piece",
    ["password is ", "a", "a ", "1 ", "1234 5678 9012 ", "x@", "x@y.", "a.b at ", "DE02 1203 ",
     "mysql -p ", "A1b2", "[at] ", "jo (at) ", "912 345 678, ", "://a", "é@", '"', "token_", "x dot ",
     "login -p", "my ip ", "code is ", "eyJ", "sk-", "write a at b ", "-----BEGIN PRIVATE KEY-----"],
)  # fmt: skip
def test_repeated_pieces_end(piece: str) -> None:
    """A long text of any one piece is redacted: no pattern backtracks exponentially."""
    assert len(redact(piece * (10_000 // len(piece)))) <= 4000


def test_patterns_are_loaded_with_the_first_text() -> None:
    """Importing the store compiles no pattern; preparing a service does."""
    code = """
import sys
from faqbot.store import open_store
patterns = "faqbot.store.redaction.redacting"
print(patterns in sys.modules)
with open_store(sys.argv[1]) as store:
    store.prepare()
print(patterns in sys.modules, "phonenumbers" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "sqlite://"], capture_output=True, check=True, encoding="utf-8"
    )

    assert done.stdout.split() == ["False", "True", "True"]


def test_a_word_before_several_passwords_is_kept() -> None:
    """The sentence "hunter2 is my password" tells a secret; one about passwords tells none."""
    assert redact("hunter2 is my password") == "[secret] is my password"
    assert redact("hunter2 are the passwords of 2019") == "hunter2 are the passwords of 2019"
