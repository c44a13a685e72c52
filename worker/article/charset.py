"""The encoding of text or HTML: byte order mark, else UTF-8 if it is, else what it says, else a guess."""

from __future__ import annotations

import codecs
import re

from worker.article.latin import latin_charset
from worker.errors import BadInput
from worker.types import DeadReason

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta[^<>]{0,200}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^<>]{0,100}?encoding\s*=\s*["']([a-zA-Z0-9_:.-]{2,40})""")
_LANGUAGE = re.compile(
    rb"""(?:<language>\s{0,9}|\b(?:xml:)?lang\s{0,3}=\s{0,3}["'])([a-zA-Z]{2})\b""", re.IGNORECASE
)
_DECLARED_WITHIN = 4096

# What browsers read under these labels (https://encoding.spec.whatwg.org/#names-and-labels).
_AS_BROWSERS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_SEVEN_BIT = frozenset({"iso2022_jp", "hz", "utf-7"})
_BY_DEFAULT = "cp1252"
"""What servers name for all they send, unasked; whoever wrote the text knows better."""

_GUESS_FROM = 64 * 1024
_NOT_ON_THE_WEB = [
    *("mac_cyrillic", "mac_roman", "mac_greek", "mac_latin2", "mac_turkish", "mac_iceland"),
    *("ptcp154", "kz1048", "hp_roman8"),
]
"""Never guessed: no browser does, and Windows' charsets are taken for them."""


def without_mark(data: bytes) -> tuple[bytes, str | None]:
    """`data` without its byte order mark and the encoding the mark names, or None."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :], encoding
    wide = _wide_without_mark(data)
    return data, wide


def decode_text(data: bytes, named: str | None = None) -> str:
    """The text of `data`; `named` is the charset its server gives.

    Raises BadInput not_utf8 when no encoding fits.
    """
    body, marked = without_mark(data)
    if marked:
        return body.decode(marked, "replace")
    declared = _known(named) if named else None
    if declared in (None, "utf-8", _BY_DEFAULT):
        declared = _declared(body) or declared
    if declared in _SEVEN_BIT and declared != "utf-7":  # UTF-7 hides markup from every check
        return body.decode(declared, "replace")
    try:
        # Bytes that are valid UTF-8 are UTF-8, whatever the page says.
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_legacy(body, declared, error)


def _decode_legacy(body: bytes, declared: str | None, error: UnicodeDecodeError) -> str:
    if declared and declared != "utf-7" and not declared.startswith(("utf-8", "utf-16", "utf-32")):
        return body.decode(declared, "replace")
    if _few_errors(body):
        return body.decode("utf-8", "replace")
    guess = _guess(body)
    if guess is None:
        raise BadInput(
            DeadReason.NOT_UTF8,
            f"not UTF-8 (byte 0x{body[error.start]:02x} at {error.start}) and no other encoding fits",
        )
    return body.decode(guess, "replace")


def _declared(body: bytes) -> str | None:
    head = body[:_DECLARED_WITHIN]
    found = _META.search(head) or _XML.search(head)
    return _known(found[1].decode("ascii")) if found else None


def _known(label: str) -> str | None:
    """The encoding that is meant by a label, or None."""
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # codecs such as `hex` and `rot13` are not text encodings
    except (LookupError, UnicodeError):
        return None
    return _AS_BROWSERS.get(name, name)


def _few_errors(body: bytes) -> bool:
    """UTF-8 with a cut or damaged character here and there: at least twenty good ones to each bad."""
    text = body.decode("utf-8", "replace")
    bad = text.count("�")
    return sum(1 for c in text if c > "\x7f") >= 20 * bad


def _guess(body: bytes) -> str | None:
    said = _LANGUAGE.search(body[:_DECLARED_WITHIN])
    latin = latin_charset(body[:_GUESS_FROM], said[1].decode("ascii").lower() if said else "")
    if latin:
        return latin
    from charset_normalizer import from_bytes

    best = from_bytes(body[:_GUESS_FROM], cp_exclusion=list(_NOT_ON_THE_WEB)).best()
    return best.encoding if best else None


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 that starts with an ASCII character and has no mark."""
    if len(data) < 4 or len(data) % 2 or data[0] == data[1]:
        return None
    little, big = data[1:64:2], data[0:64:2]
    if not any(little) and all(big):
        return "utf-16-le"
    return "utf-16-be" if not any(big) and all(little) else None
