"""Secrets in command lines, settings, headers and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from faqbot.store.redaction import labels
from faqbot.store.redaction.spans import Span, spans_of
from faqbot.store.redaction.values import (
    FEWEST_DIGITS,
    SECRET_MARK,
    VALUE,
    assigned_value,
    secret_span,
)

_FLAG_NAME = (
    r"(?:[a-z]+[-_])*(?:password|passwd|passphrase|storepass|keypass|pass|pwd|pw|token|secret|api-?key|key-?secret"
    r"|access-?key|secret-?key|auth|credentials?|passwort|kennwort|senha|clave|otp|pin)"
)
_FLAG = re.compile(
    rf"(?<![\w-])(?:--?|/){_FLAG_NAME}(?P<sign>[=:][ \t]*|[ \t]+)(?P<value>{VALUE})", re.IGNORECASE
)
# A setting: the label is a part of the name, as in DB_PASSWORD=, dbPassword: or PGPASSWORD=.
_SETTING = re.compile(
    r"""(?<![\w-])[\w.-]{0,60}?(?:passw(?:or)?d|passwort|kennwort|secret|token|api[_-]?key|apikey|passphrase
      |access[_-]?key|account[_-]?key|private[_-]?key|_pwd|_pw|_pass|_key|credential|contrasena|senha
      |wachtwoord|signature|\bsig)(?:[_-]?\w{0,20})["']?\]?[ \t]{0,3}(?P<sign>:=|=>|=|:|\((?=["']))[ \t]{0,3}
      (?P<value>"[^"\n]{1,200}"|'[^'\n]{1,200}'|[^\s"';,&]{1,200})""",
    re.IGNORECASE | re.VERBOSE,
)
_XML = re.compile(
    r"<[\w:.-]{0,40}(?:password|passwd|pwd|secret|token|api-?key)[\w.-]{0,40}[^>\n]{0,80}>"
    r"(?P<value>[^<\n]{1,200})<",
    re.IGNORECASE,
)
_MYSQL = re.compile(
    r"(?:\bmysql\w*|\bmariadb\w*|\bsshpass|\b7z[ar]?|\bmycli|\bmongo\w*)\b[^\n|;]{0,200}?[ \t]-p[ \t]?(?P<value>[^\s-]\S*)",
    re.IGNORECASE,
)
_OTHER_COMMANDS = re.compile(
    r"""(?:\blogin\b|\bzip\b|\bunzip\b|\buseradd\b)[^\n|;]{0,120}?[ \t]-(?:p|P)[ \t]?(?P<a>[^\s-]\S*)
      | \bredis-cli\b[^\n|;]{0,120}?[ \t]-a[ \t]?(?P<b>\S+)
      | \bldap\w+[^\n|;]{0,160}?[ \t]-w[ \t]?(?P<c>\S+)
      | \bidentified[ ](?:with[ ]\S{1,40}[ ])?by[ ](?:password[ ])?(?P<d>"[^"\n]+"|'[^'\n]+'|\S+)
      | \becho[ ](?:-n[ ])?(?P<e>"[^"\n]+"|'[^'\n]+'|\S+)[ ]?\|[ ]?(?:sudo[ ]-S|passwd|docker[ ]login|openssl)
      | \bnet[ ]user[ ]\S{1,64}[ ](?P<f>[^\s/]\S*) | \bnet[ ]use[ ]\S{1,9}[ ]\S{1,200}[ ](?P<j>[^\s/]\S*)
      | \b(?:sqlcmd|osql|isql|bcp|ipmitool)\b[^\n|;]{0,160}?[ \t]-P[ \t]?(?P<l>[^\s-]\S*)
      | \b(?:psexec|plink|pscp|rdesktop|vncviewer)\b[^\n|;]{0,160}?[ \t]-p(?:w|assword)?[ \t](?P<m>[^\s-]\S*)
      | \b(?:sqlplus|expdp|impdp|rman[ ]target)[ ](?:-\w+[ ]){0,3}[\w.$-]{1,64}/(?P<n>[^\s@/]+)@
      | \bxfreerdp\b[^\n|;]{0,160}?/p:(?P<o>\S+) | \blftp\b[^\n|;]{0,80}?[ ]-u[ ][^\s,]{1,64},(?P<q>\S+)
      | \bnmcli\b[^\n|;]{0,160}?[ ]password[ ](?P<r>"[^"\n]+"|'[^'\n]+'|\S+)
      | \bwpa_passphrase[ ]\S{1,64}[ ](?P<s>\S+)
      | \bopenssl\b[^\n|;]{0,120}?[ ]-k[ ](?P<k>\S+)
      | \bhtpasswd[ ]-\w*b\w*[ ]\S{1,200}[ ]\S{1,64}[ ](?P<g>\S+)
      | \blogin[ ]\S{1,64}[ ]password[ ](?P<h>\S+)
      | \b(?:securestring|requirepass|masterauth)[ ](?P<i>"[^"\n]+"|'[^'\n]+'|\S+)""",
    re.IGNORECASE | re.VERBOSE,
)
_USER_OPTION = re.compile(
    r"""(?<!\S)(?:-u|--user|--proxy-user|-U|--login|--creds)(?:[ =]?)["']?[\w.@\\+-]{1,64}[:%](?P<value>[^\s"']{1,200})"""
)
_IN_URL = re.compile(r"(?<=://)(?P<value>[^\s/?#]{1,400})(?=@[^\s@])")
_HEADER = re.compile(
    r"\b(?:proxy-)?authorization[\"']?[ \t]*[:=][ \t]*[\"']?(?:(?:bearer|basic|token|digest|apikey|negotiate)[ \t]+)?"
    r"(?P<a>[^\s\"']{4,2000})|\b(?:set-)?cookie[\"']?:[ \t]*(?P<b>[^\n\"']{4,2000})"
    r"|\bx-[a-z-]{0,30}(?:key|token|secret|auth)[\"']?[ \t]*:[ \t]*[\"']?(?P<c>[^\s\"']{4,2000})"
    r"|\b(?:bearer|basic)[ \t]+(?=[^\s]{0,200}[\d=_.-])(?P<d>[\w.~+/=-]{8,2000})",
    re.IGNORECASE,
)


def find_secrets_in_commands(text: str) -> Iterator[Span]:
    """Yield secrets in options, settings, headers and addresses."""
    yield from spans_of(_IN_URL, text, SECRET_MARK, 1)
    for pattern in (_FLAG, _SETTING):
        yield from _given(pattern, text)
    for pattern in (_XML, _MYSQL, _USER_OPTION):
        yield from (span for found in pattern.finditer(text) if (span := _matched(found, "value")))
    for pattern in (_OTHER_COMMANDS, _HEADER):
        for found in pattern.finditer(text):
            if found.lastgroup and (span := _matched(found, found.lastgroup)):
                yield span


def _matched(found: re.Match[str], group: str) -> Span | None:
    value = found[group]
    if value.lower() in labels.NO_VALUES or (value.isdigit() and len(value) < FEWEST_DIGITS):
        return None
    if re.fullmatch(r"[<$%{\[].*|-.*", value) or (found.re is _USER_OPTION and value.isdigit()):
        return None
    return secret_span(found.start(group), value)


def _given(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Yield values of options and settings, except sentences, placeholders and options."""
    for found in pattern.finditer(text):
        span = assigned_value(text, found.start("value"), joined="=" in found["sign"])
        if span is None or text[span.start] in "-|&":
            continue
        if pattern is _FLAG and text[span.start : span.end].lower() in labels.ATTRIBUTES:
            continue
        yield Span(span.start, min(span.end, found.end("value")), SECRET_MARK)
