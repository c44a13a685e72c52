"""Charsets of Latin letters that nobody names."""

import pytest

from worker.article.charset import decode_text
from worker.article.latin import latin_charset

SENTENCES = {
    "fr": ("cp1252", "Les députés ont adopté à Genève le traité, où tous s’étaient mêlés dès le début"),
    "de": ("cp1252", "Die Außenminister unterzeichneten für beide Länder das Abkommen über Häfen"),
    "es": ("cp1252", "¿Quién firmó mañana el tratado? La reunión siguió según lo dicho allí"),
    "da": ("cp1252", "Ministrene når på tværs af grænserne til enighed om støtten på søen"),
    "is": ("cp1252", "Ráðherrarnir skrifuðu undir samning þjóðanna í gær, æðsti maður þeirra"),
    "pl": ("cp1250", "Żołnierze podpisali wczoraj w Łodzi umowę, którą sąd uznał za nieważną w części"),
    "cs": ("cp1250", "Ministři včera večer podepsali smlouvu, kterou příští týden předloží sněmovně"),
    "hu": (
        "cp1250",
        "A miniszterek tegnap este aláírták a szerződést, amelyről később döntő ülést tűztek ki",
    ),
    "ro": ("cp1250", "Miniştrii au semnat ieri tratatul şi îl vor înainta în curând către parlamentul ţării"),
    "hr": (
        "cp1250",
        "Ministri su jučer u Šibeniku potpisali sporazum koji će se naći pred žiteljima država među",
    ),
    "tr": (
        "cp1254",
        "Bakanlar dün akşam antlaşmayı imzaladı; yürürlüğe giriş günü ayrıca açıklanacağı söylendi",
    ),
    "lt": ("cp1257", "Ministrai vakar pasirašė sutartį, kurią šią savaitę svarstys Seimas už uždarų durų"),
    "lv": ("cp1257", "Ministri vakar parakstīja līgumu, ko šonedēļ skatīs Saeima, tā ziņoja aģentūra"),
    "et": (
        "cp1257",
        "Ministrid kirjutasid eile õhtul alla lepingule, mis jõustub järgmisel nädalal Šveitsis",
    ),
}


@pytest.mark.parametrize("language", SENTENCES)
def test_bytes_are_read_in_the_charset_in_which_they_spell_a_language(language):
    charset, text = SENTENCES[language]
    text = f"{text}. {text}."
    assert decode_text(text.encode(charset)) == text


@pytest.mark.parametrize("language", ["pl", "cs", "hr"])
def test_iso_8859_2_is_told_from_windows_1250(language):
    text = SENTENCES[language][1]
    assert decode_text(text.encode("iso8859-2")) == text


def test_the_language_that_a_text_is_in_decides_between_two_that_fit():
    text = "<rss><channel><language>{}</language><item><title>Što će biti? Čačak i Niš, čisto</title>"
    slovene, none = text.format("hr").encode("cp1250"), "è".encode("cp1252")
    assert decode_text(slovene) == text.format("hr")
    assert latin_charset(none) == "cp1252", "one letter says little; most of the web is in this charset"
    assert latin_charset(none, "hr") == "cp1250"


@pytest.mark.parametrize(
    "data", [b"", b"plain", "Министры подписали договор".encode("cp1251"), "外相は条約に".encode("shift_jis")]
)
def test_other_scripts_are_left_to_others(data):
    assert latin_charset(data) is None
