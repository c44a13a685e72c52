"""A treaty and a language of a lawyer's own, put in force from a folder; nothing of Tocsin's is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker.citations import cites, instrument_ids, recognise, use_folder
from worker.citations.languages import languages
from worker.cli import tocsin
from worker.errors import UsageError

TREATY = """\
[[instrument]]
id = "harbour-pact"
title = "the Harbour Pact"
kind = "treaty"
articles = 30
source = ["https://example.org/harbour-pact"]
[instrument.names]
en = ["harbour pact", "pact of the nine harbours"]
qx = ["sorim tavel*"]
"""
LANGUAGE = """\
name = "Quexan"
source = ["usage: a language made up for this test"]
noun = ["pelk", "pelkas"]
ordinal = ["ur"]
numbers = "before"
instrument = "before"
[word]
un = ["olmi nasor*"]
charter = ["tavel*"]
constitution = ["mirelo*"]
[numeral]
1 = "ba"
50 = "omdek"
"""
WATCH = """\
watchlist: harbours
title: Harbours
watches:
  - id: harbour-pact-7
    title: Article 7 of the Harbour Pact
    severity: high
    languages: [any]
    query: cite(harbour-pact 7)
    must_match: ["They invoked Article 7 of the Harbour Pact."]
    must_not_match: ["Article 8 of the Harbour Pact was not mentioned."]
"""


@pytest.fixture
def folder(tmp_path: Path):
    for name, text in (("languages/qx.toml", LANGUAGE), ("instruments/harbours.toml", TREATY)):
        path = tmp_path / "treaties" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    yield tmp_path / "treaties"
    use_folder(None)


def refusal(folder: Path) -> str:
    with pytest.raises(UsageError) as refused:
        use_folder(folder)
    return str(refused.value)


def found(text: str, instrument: str, provision: str) -> bool:
    return any(cites(citation, instrument, provision) for citation in recognise(text))


def test_a_new_treaty_is_cited_in_a_language_tocsin_knows_and_in_a_new_one(folder):
    assert not found("They invoked Article 7 of the Harbour Pact.", "harbour-pact", "7")
    use_folder(folder)
    assert "harbour-pact" in instrument_ids()
    assert found("They invoked Article 7 of the Harbour Pact.", "harbour-pact", "7")
    assert found("Sorim tavelin 7-ur pelk.", "harbour-pact", "7")


def test_a_new_language_cites_the_treaties_tocsin_knows(folder):
    use_folder(folder)
    assert found("Olmi nasoren tavel 51-ur pelk.", "un-charter", "51")
    assert found("Olmi nasoren tavel omdek ba pelk.", "un-charter", "51")
    assert not found("Mirelon 51-ur pelk.", "un-charter", "51")


def test_tocsins_own_are_as_before_and_the_folder_goes_again(folder):
    shipped = len(languages())
    use_folder(folder)
    assert len(languages()) == shipped + 1
    assert found("Article 51 of the UN Charter", "un-charter", "51")
    use_folder(None)
    assert len(languages()) == shipped
    assert "harbour-pact" not in instrument_ids()


def test_words_are_added_to_a_language_tocsin_knows(folder):
    (folder / "languages" / "en-own.toml").write_text('name = "English"\nnoun = ["articulet"]\n', "utf-8")
    use_folder(folder)
    assert found("articulet 51 of the UN Charter", "un-charter", "51")


def test_a_treaty_may_be_told_by_the_provision_cited_beside_it(folder):
    (folder / "instruments" / "harbours.toml").write_text(
        TREATY + '[[instrument.subject]]\nprovisions = ["7"]\nweights = { "9.4" = 1 }\nenough = 2\n', "utf-8"
    )
    use_folder(folder)
    assert found("Articles 7 and 9(4) of the Treaty", "harbour-pact", "7")
    assert not found("Articles 7 and 8 of the Treaty", "harbour-pact", "7")


def test_an_initial_is_a_noun_where_the_instrument_stands_with_it(folder):
    (folder / "languages" / "en-own.toml").write_text('name = "English"\ninitial = ["q."]\n', "utf-8")
    use_folder(folder)
    assert found("q. 7 of the Harbour Pact", "harbour-pact", "7")
    assert not found("We met q. 7 times. The Harbour Pact was signed.", "harbour-pact", "7")


def test_the_verbs_take_the_folder_by_argument_and_by_setting(folder, tmp_path, monkeypatch):
    (tmp_path / "letter.txt").write_text("They invoked Article 7 of the Harbour Pact.", "utf-8")
    (tmp_path / "harbours.yaml").write_text(WATCH, "utf-8")
    monkeypatch.chdir(tmp_path)
    by_argument = CliRunner().invoke(tocsin, ["cite", "--citations", "treaties", "letter.txt"])
    assert json.loads(by_argument.stdout)["citations"][0]["instrument"] == "harbour-pact"
    use_folder(None)
    (tmp_path / "tocsin.toml").write_text('[citations]\nfolder = "treaties"\n', "utf-8")
    for arguments in (["check", "harbours.yaml"], ["test", "harbours.yaml"]):
        use_folder(None)
        assert CliRunner().invoke(tocsin, arguments).exit_code == 0
    use_folder(None)
    (tmp_path / "tocsin.toml").unlink()
    assert CliRunner().invoke(tocsin, ["check", "harbours.yaml"]).exit_code == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("languages/qx.toml", "numbers = ", "nombers = ", "qx.toml:5: key 'nombers': expected one of name,"),
        ("languages/qx.toml", '"before"', '"first"', "qx.toml:5: key 'numbers': expected after or before"),
        ("languages/qx.toml", '["tavel*"]', "[7]", "qx.toml:9: key 'word.charter': expected a string or"),
        ("languages/qx.toml", "[numeral]", "[numeral", "qx.toml:11: "),
        (
            "instruments/harbours.toml",
            "kind",
            "kinds",
            "harbours.toml:4: instrument harbour-pact: key 'kinds'",
        ),
        ("instruments/harbours.toml", "qx =", "qy =", "harbours.toml:9: names in 'qy': no language of that"),
        (
            "instruments/harbours.toml",
            '"harbour pact"',
            '"{bact}"',
            "harbours.toml:8: '{bact}': no language has",
        ),
        (
            "instruments/harbours.toml",
            "harbour-pact",
            "nato",
            "harbours.toml:1: instrument nato is there twice",
        ),
        (
            "instruments/harbours.toml",
            '["sorim tavel*"]',
            '"sorim"',
            "harbours.toml:9: key 'qx': expected a list",
        ),
    ],
)
def test_wrong_data_say_file_and_line_and_leave_what_was_in_force(folder, file, old, new, message):
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert message in refusal(folder)
    assert found("Article 51 of the UN Charter", "un-charter", "51")
    assert "harbour-pact" not in instrument_ids()


def test_a_language_tocsin_has_already_is_told(folder):
    (folder / "languages" / "en.toml").write_text('name = "English"\nnoun = ["article"]\n', "utf-8")
    assert "language en is there already: name the file en-own.toml" in refusal(folder)


@pytest.mark.parametrize(
    ("make", "message"), [("", "there is no such folder"), ("empty", "expected a folder languages")]
)
def test_a_folder_that_is_none_is_told(tmp_path, make, message):
    if make:
        (tmp_path / "treaties").mkdir()
    assert message in refusal(tmp_path / "treaties")


def test_a_file_beside_the_two_folders_is_told(folder):
    (folder / "lost.toml").write_text("", "utf-8")
    assert "lost.toml would not be read" in refusal(folder)
