"""Passwords, codes and keys in sentences, known by label or form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.store.redaction import labels
from faqbot.store.redaction.spans import Span
from faqbot.store.redaction.values import (
    DATE_OR_TIME,
    FEWEST_DIGITS,
    SECRET_MARK,
    SPACED_DIGITS,
    VALUE,
    assigned_value,
    is_strong,
    secret_span,
    trimmed,
)

# Characters before a label in which words that qualify it are looked for, chosen by hand.
_BEFORE = 60
# Digits of the security code of a bank card.
_CARD_CODE = 3

_VALUE = re.compile(VALUE)
_NOT_INSIDE_A_WORD = r"(?<![^\W_])(?<![^\W_]['])"
_LABEL = re.compile(
    rf"""{_NOT_INSIDE_A_WORD}(?:
        (?P<plural>{labels.PLURALS})
      | (?:(?P<adjective>{labels.CODE_ADJECTIVES})[ -])?(?P<pin>{labels.PINS}|(?P<plain>{labels.PLAIN_CODES}))
      | (?P<password>{labels.PASSWORDS}) | (?P<key>{labels.KEYS}|(?P<weak>{labels.WEAK_KEYS}))
    )(?![^\W_])""",
    re.IGNORECASE | re.VERBOSE,
)

_COLON = re.compile(
    r"""["'\])*_~]{0,3}[ \t]{0,3}(?P<sign>:=|=>|==?|:)(?:[*_~]{1,3}(?=[ \t]))?[ \t]{0,3}(?P<line>\n[ \t]{0,8})?"""
)
_CALL = re.compile(r"""\([ ]?(?=["'])""")
_DASH = re.compile(r"[ \t]{1,3}(?:-{1,2}>?|\|)[ \t]{1,3}")
_WORDS_AND_COPULA = re.compile(
    rf"(?P<words>(?:[ \t]+[^\W\d_][\w'.@-]{{0,24}},?|,){{0,5}}?)(?:[ \t]+{labels.COPULAS}|'s)"
    r"(?P<colon>[ \t]?[:=])?[ \t]+(?:(?:still|now|just|again|set[ ]to|noch|immer|toujours)[ ]+)?"
    r"(?:(?:the|le|la|el|il|o|a|die|der|das|het|de)[ ](?=\d))?",
    re.IGNORECASE,
)
# "the password you gave me (hunter2)", "the password of the router: hunter2".
_WORDS_AND_SIGN = re.compile(
    r"(?P<words>(?:[ \t]+[^\W\d_][\w'.@-]{0,24}){1,4}?)[ \t]{0,2}(?P<sign>[,(:=])[ \t]*",
    re.IGNORECASE,
)
_CONNECTING = re.compile(
    rf"(?:[ \t,(#-]+|[ \t]{{0,3}}\n[ \t]{{0,3}})(?:{labels.CONNECTING}[ \t:]+){{0,3}}",
    re.IGNORECASE | re.VERBOSE,
)
# "P@ssw0rd!": symbols and digits stand for letters inside the word, as only in passwords.
_UNLABELLED = re.compile(
    r"(?<!\S)[\"'(]?(?P<value>(?=\S*[^\W\d_][@$!][^\W\d_])(?=\S*[^\W\d_]\d{1,2}[^\W\d_])"
    r"[\w@#$!%^*+?-]{8,40})(?![^\s.,;:?!)\"'])"
)
# "use 987654 to log in", "enter 4711 to open the gate".
_TYPED = re.compile(
    r"\b(?:use|us(?:ed|ing)|enter(?:ed|ing)?|typ(?:e|ed|ing)|key(?:ed)?[ ]in|put[ ]in|gib|benutze|nutze|verwende"
    r"|tippe|saisi\w*|entre[rz]?|tape[rz]?|utilis\w+|usa\w*|introdu\w+|ingres\w+|teclea\w*|inseri\w+"
    r"|digit\w+|insira|gebruik|voer|typ)[ ]"
    r"(?:(?:the|den|le|el|il|o|de|code|codice|código|number|pin)[ ]){0,2}"
    r"(?P<value>\d{3}[ -]?\d{3}|\d{4,8})[#*]?[ ](?:ein[ ]|in[ ])?"
    r"(?:to|for|at|um|zum|zur|pour|para|per|om|voor|bei|beim)[ ](?:[^\W\d_]+[ ]){0,3}?"
    r"(?:log[ ]?-?in|sign[ ]?-?in|unlock\w*|open|gate|door|alarm|keypad|confirm|authenticate|verify[ ](?:me|my|your|the)"
    r"|anmelden|anzumelden|einloggen|einzuloggen|bestätigen|entsperren|öffnen|connecter|ouvrir|confirmer|déverrouiller"
    r"|iniciar|entrar|acceder|abrir|confirmar|desbloquear|accedere|aprire|confermare|sbloccare|entrare|aceder"
    r"|in[ ]te[ ]loggen|inloggen|openen|bevestigen|ontgrendelen)\b",
    re.IGNORECASE,
)
# "my password from hunter2 to hunter3".
_FROM_TO = re.compile(
    r"[^\n.?!]{0,30}?[ ](?:from|von|de|da|van)[ ](?P<value>\S{4,64})[ ](?:to|in|auf|zu|à|a|para|naar)[ ]"
    r"(?P<new>\S{4,64})",
    re.IGNORECASE,
)
# "set my password to hunter2", but not "the password to Server1".
_CHANGED = re.compile(
    r"\b(?:set|chang\w+|reset|updat\w+|switch\w*|änder\w*|geändert|setz\w*|gesetzt|chang[eé]\w*|remplac\w*|cambi\w*|pus[eo]"
    r"|impost\w*|alter\w*|mud\w*|wijzig\w*|gewijzigd|veranderd?)\b[^\n.?!]{0,30}\Z",
    re.IGNORECASE,
)
_CHANGED_TO = re.compile(
    r"[ \t]+(?:for \S{1,20} )?(?:to|in|auf|zu|en|par|à|a|por|con|para|naar)[ \t]+", re.IGNORECASE
)
_REVERSED = re.compile(
    rf"(?<!\S)(?P<value>\S{{4,64}})[ \t]+"
    rf"(?:{labels.COPULAS}|as|als|comme|como|come"
    rf"|(?:that|this|it|das|dies|eso|esta|questa|essa|dat)(?:'s|[ ]{labels.COPULAS}))[ \t]+"
    r"(?:[^\W\d_]+[ \t]+){0,2}\Z",
    re.IGNORECASE,
)
_ENDS_HERE = re.compile(rf"[ \t]*(?:\Z|[\n.,;!?)]|{labels.CONJUNCTIONS}\b)", re.IGNORECASE)
_PAIR = re.compile(
    r"[\w.@+-]{1,64}(?:[ ]{0,2}[/:|][ ]{0,2}(?!//)|[ ](?:and|with|und|mit|et|avec|y|con|e|com|en|met)[ ])"
    r"\S{4,64}"
)
_PHRASE = re.compile(r"[^\n.?!,;\"]{1,200}")


def find_labelled_secrets(text: str) -> Iterator[Span]:
    """Yield passwords and codes: labelled, behind "enter", or unlike any word."""
    for label in _LABEL.finditer(text):
        if _is_plain_code(label) and _is_harmless_code(text, label):
            continue
        span = _value_after(text, label) or _value_before(text, label)
        yield from filter(None, (span, *_changed_values(text, label)))
    for pattern in (_UNLABELLED, _TYPED):
        yield from (Span(*found.span("value"), SECRET_MARK) for found in pattern.finditer(text))


def _is_plain_code(label: re.Match[str]) -> bool:
    return label["plain"] is not None and label["adjective"] is None


def _is_harmless_code(text: str, label: re.Match[str]) -> bool:
    """Return True if *label* is a public code, such as "error code"."""
    before = re.findall(r"[^\W\d_]+", text[max(0, label.start() - 24) : label.start()])
    after = re.findall(r"[^\W\d_]+", text[label.end() : label.end() + 32])
    return any(word.lower() in labels.HARMLESS_CODES for word in (*before[-1:], *after[:3]))


def _value_after(text: str, label: re.Match[str]) -> Span | None:
    if label["key"] is not None and (pair := _find_pair(text, label)):
        return pair
    return (
        _assigned(text, label)
        or _after_dash(text, label)
        or (None if label["plural"] else _told(text, label))
        or (None if label["plural"] else _adjacent(text, label))
        or (None if label["plural"] else _after_words(text, label))
    )


def _find_pair(text: str, label: re.Match[str]) -> Span | None:
    """Return the span of a name with its password: "login jo / hunter2"."""
    connector = re.compile(
        rf"[ \t]*(?::|=|-|{labels.COPULAS}\b|with|mit|avec|con|com|met)?[ \t]*"
    ).match(text, label.end())
    start = connector.end() if connector else label.end()
    found = _PAIR.match(text, start)
    if found is None or start == label.end() or not is_strong(trimmed(found[0])[-64:]):
        return None
    password = re.split(r"[/:| ]", found[0].rstrip("/:|"))[-1]
    return secret_span(found.start(), found[0]) if is_strong(trimmed(password)) else None


def _assigned(text: str, label: re.Match[str]) -> Span | None:
    """Return the value after ":" or "=", except sentences and examples."""
    sign = _COLON.match(text, label.end()) or _CALL.match(text, label.end())
    if sign is None or (_is_plain_code(label) and not _digits_follow(text, sign.end())):
        return None
    joined = text[sign.end() - 1] not in " \t\n" and "=" in sign[0]
    if _is_phrase(label):
        return _phrase(text, sign.end())
    if label["weak"]:
        return _evident(text, sign.end(), label, copula=True)
    return assigned_value(text, sign.end(), joined=joined)


def _digits_follow(text: str, start: int) -> bool:
    return re.compile(r"[\"']?(?:[A-Z]-?)?\d{2,4}[ -]?\d{2}").match(text, start) is not None


def _after_dash(text: str, label: re.Match[str]) -> Span | None:
    sign = _DASH.match(text, label.end())
    if sign is None or _is_plain_code(label):
        return None
    return _evident(text, sign.end(), label, copula=True) or _last_word(text, sign.end())


def _last_word(text: str, start: int) -> Span | None:
    """Return the span of a single word at the end of a line."""
    found = re.compile(r"[^\W_]{4,64}(?=[ \t]*(?:\n|\Z))").match(text, start)
    if found is None or found[0].lower() in labels.NO_VALUES | labels.STATES | labels.ATTRIBUTES:
        return None
    return secret_span(start, found[0])


def _told(text: str, label: re.Match[str]) -> Span | None:
    """Return the value after "is", with few words before it."""
    found = _WORDS_AND_COPULA.match(text, label.end())
    if found is None:
        return None
    words = found["words"].lower().split()
    if any(word in labels.ATTRIBUTES for word in words[:1]):
        return None
    if _is_plain_code(label) and any(word in labels.HARMLESS_CODES for word in words):
        return None
    if found["colon"] and not label["weak"]:
        return assigned_value(text, found.end(), joined=False)
    if _is_phrase(label) and not words:
        return _phrase(text, found.end())
    return _evident(text, found.end(), label, copula=True) or _plain_word(text, label, found)


def _after_words(text: str, label: re.Match[str]) -> Span | None:
    """Return the value after words and a colon, comma or bracket."""
    found = _WORDS_AND_SIGN.match(text, label.end())
    if found is None or _is_plain_code(label):
        return None
    if found["words"].lower().split()[0] in labels.ATTRIBUTES:
        return None
    value = _evident(text, found.end(), label, copula=False)
    is_colon = found["sign"] in ":=" and label["password"] is not None
    return value or (_last_word(text, found.end()) if is_colon else None)


def _adjacent(text: str, label: re.Match[str]) -> Span | None:
    """Return a value that looks like a password directly after the label."""
    found = _CHANGED_TO.match(text, label.end()) if _is_changed(text, label) else None
    found = found or _CONNECTING.match(text, label.end())
    if _is_plain_code(label):
        return _one_time_code(text, label)
    if found is None:
        return None
    return _evident(text, found.end(), label, copula=False)


def _one_time_code(text: str, label: re.Match[str]) -> Span | None:
    """Return six digits after "code"; other codes are often public."""
    found = re.compile(r"[ \t]+(\d{6})(?![\w.-])").match(text, label.end())
    return None if found is None else Span(*found.span(1), SECRET_MARK)


def _is_changed(text: str, label: re.Match[str]) -> bool:
    return _CHANGED.search(text, max(0, label.start() - _BEFORE), label.start()) is not None


def _evident(text: str, start: int, label: re.Match[str], *, copula: bool) -> Span | None:
    """Return the value at *start* if it looks secret."""
    if label["pin"] and (spaced := SPACED_DIGITS.match(text, start)):
        return None if DATE_OR_TIME.fullmatch(spaced[0]) else secret_span(start, spaced[0])
    found = _VALUE.match(text, start)
    plain = trimmed(found[0]) if found else ""
    if not plain:
        return None
    quoted = plain[0] in "\"'" and _is_quoted_value(plain, copula=copula)
    evident = quoted or _is_code(plain, label, copula=copula) or is_strong(plain)
    return secret_span(start, plain) if evident else None


def _is_code(value: str, label: re.Match[str], *, copula: bool) -> bool:
    """Return True if *value* is enough digits for its *label*."""
    if not value.isdigit():
        return False
    if len(value) < FEWEST_DIGITS:
        return len(value) == _CARD_CODE and "cv" in (label["pin"] or "").lower()
    return copula or label["pin"] is not None or not DATE_OR_TIME.fullmatch(value)


def _is_quoted_value(value: str, *, copula: bool) -> bool:
    """Return True if *value* is quoted apart from the sentence."""
    words = value.strip("\"'").lower().split()
    if value[0] != value[-1] or not words or words[0] in labels.NO_VALUES:
        return False
    plain = labels.STATES | labels.ATTRIBUTES | labels.PLACEHOLDERS
    return copula if len(words) > 1 else words[0] not in plain


def _plain_word(text: str, label: re.Match[str], copula: re.Match[str]) -> Span | None:
    """Return a word after "my password is" that is no state."""
    if label["password"] is None or "," in copula["words"] or not _is_definite(text, label):
        return None
    found = re.compile(r"[^\W\d_]{4,64}").match(text, copula.end())
    if found is None or not _ENDS_HERE.match(text, found.end()):
        return None
    word = found[0].lower()
    if word in labels.NO_VALUES | labels.STATES | labels.ATTRIBUTES:
        return None
    ends = labels.PARTICIPLES[_language(label[0].lower(), copula[0].lower().split()[-1])]
    return None if re.search(rf"{ends}\Z", word) else secret_span(found.start(), found[0])


def _is_definite(text: str, label: re.Match[str]) -> bool:
    before = re.findall(r"[\w-]+", text[max(0, label.start() - 24) : label.start()])
    return not before or before[-1].lower() in labels.DEFINITE


def _language(label: str, copula: str) -> str:
    if "woord" in label:
        return "nl"
    by_copula = {"est": "fr", "était": "fr", "es": "es", "era": "es", "fue": "es", "è": "it"}
    by_copula |= {"é": "pt", "foi": "pt", "ist": "de", "war": "de", "lautet": "de", "e'": "it"}
    return by_copula.get(copula, "en")


def _is_phrase(label: re.Match[str]) -> bool:
    return re.search("phrase|frase|mnemonic|woordzin", label[0], re.IGNORECASE) is not None


def _phrase(text: str, start: int) -> Span | None:
    """Return the passphrase at *start*: the rest of the sentence."""
    found = _VALUE.match(text, start)
    if found is not None and found[0][0] not in "\"'":
        found = _PHRASE.match(text, start)
    if found is None or found[0].split()[0].lower() in labels.NO_VALUES | labels.STATES:
        return None
    word = found[0].split()[0].lower()
    if len(found[0].split()) == 1 and re.search(rf"{labels.PARTICIPLES['en']}\Z", word):
        return None
    return secret_span(start, found[0])


def _changed_values(text: str, label: re.Match[str]) -> Iterator[Span | None]:
    """Yield both values in "my password from hunter2 to hunter3"."""
    found = _FROM_TO.match(text, label.end()) if label["password"] else None
    for group in ("value", "new") if found else ():
        if found and is_strong(trimmed(found[group])):
            yield secret_span(found.start(group), found[group])


def _value_before(text: str, label: re.Match[str]) -> Span | None:
    """Return the value in "hunter2 is my password"."""
    if label["plural"]:
        return None
    found = _REVERSED.search(text, max(0, label.start() - _BEFORE), label.start())
    after = text[label.end() : label.end() + 24].lower().split()
    if found is None or (after and after[0] in labels.ATTRIBUTES):
        return None
    value = trimmed(found["value"])
    if _is_plain_code(label):
        return secret_span(found.start("value"), value) if re.fullmatch(r"\d{6}", value) else None
    digits = value.isdigit() and bool(label["pin"]) and len(value) >= FEWEST_DIGITS
    return secret_span(found.start("value"), found["value"]) if digits or is_strong(value) else None
