"""Encodings: what the bytes are, against what the page says they are."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.article.charset import decode_text
from worker.errors import BadInput

RUSSIAN = "Две страны подписали договор о взаимной обороне в среду вечером."
JAPANESE = "両国は水曜日に相互防衛条約に署名した。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_are_read_with_and_without_their_mark(encoding):
    text = "Treaty: " + RUSSIAN if encoding.startswith("utf-8") else "Two states signed a treaty."
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("windows-1251", "cp1251", RUSSIAN),
        ("koi8-r", "koi8-r", RUSSIAN),
        ("iso-8859-1", "cp1252", "“Pacte” signé"),
        ("Shift_JIS", "cp932", JAPANESE + "①"),
        ("euc-jp", "euc-jp", JAPANESE),
        ("iso-2022-jp", "iso-2022-jp", JAPANESE),
        ("gb2312", "gb18030", "两国签署了共同防御条约，镕"),
        ("euc-kr", "cp949", "두 나라가 조약에 서명했다 똠"),
    ],
)
def test_a_declared_encoding_is_read_as_browsers_read_it(declared, encoding, text):
    page = f'<html><head><meta charset="{declared}"></head><p>{text}</p>'
    assert decode_text(page.encode(encoding)) == page


def test_the_old_form_of_the_declaration_is_read_too():
    page = f'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">{RUSSIAN}'
    assert decode_text(page.encode("cp1251")) == page


def test_bytes_that_are_utf8_are_utf8_whatever_the_page_says():
    page = f'<meta charset="iso-8859-1">{RUSSIAN}'
    assert decode_text(page.encode()) == page


@pytest.mark.parametrize("label", ["nonsense", "rot13", "hex", "utf-7", "base64", "x" * 50])
def test_a_label_that_is_no_encoding_is_passed_over(label):
    page = f'<meta charset="{label}"><p>plain ascii +ADw-script+AD4-</p>'
    assert decode_text(page.encode()) == page


def test_an_undeclared_legacy_text_is_guessed():
    assert decode_text((RUSSIAN * 5).encode("cp1251")) == RUSSIAN * 5


def test_a_damaged_character_does_not_lose_the_text():
    assert decode_text(RUSSIAN.encode() + b"\xd0") == RUSSIAN + "\ufffd"


@given(st.binary())
def test_any_bytes_are_text_or_bad_input(data):
    with contextlib.suppress(BadInput):
        decode_text(data).encode()


def test_what_a_text_says_of_itself_counts_more_than_what_servers_say_of_all_they_send():
    text = '<?xml version="1.0" encoding="windows-1251"?><p>Министры подписали договор</p>'
    assert decode_text(text.encode("cp1251"), "iso-8859-1") == text
    assert decode_text(text.encode("koi8-r"), "koi8-r") == text
    assert decode_text("<p>Été</p>".encode("cp1252"), "iso-8859-1") == "<p>Été</p>"
