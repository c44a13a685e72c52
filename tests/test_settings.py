"""Settings: which of file, variable and secret file wins, and how a mistake is told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from worker.errors import UsageError
from worker.settings import HIDDEN, Kafka, Settings, describe, load, shown


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "tocsin.toml"
    path.write_text('[bus]\nbatch = 7\n\n[bus.kafka]\nsasl_password = "of the file"\n', encoding="utf-8")
    return path


def refusal(path: Path | None = None, **environment: str) -> str:
    with pytest.raises(UsageError) as refused:
        load(path, environment)
    return str(refused.value)


def refusal_of_file(folder: Path, text: str) -> str:
    (folder / "tocsin.toml").write_text(text, encoding="utf-8")
    return refusal(folder / "tocsin.toml")


def test_without_file_and_variables_the_defaults_are_in_force():
    assert load(None, {}) == Settings()


def test_the_file_wins_over_the_defaults_and_leaves_the_rest(toml):
    settings = load(toml, {})
    assert settings.bus.batch == 7
    assert settings.bus.kind == Settings().bus.kind


def test_a_variable_wins_over_the_file(toml):
    assert load(toml, {"TOCSIN_BUS__BATCH": "8"}).bus.batch == 8


def test_a_secret_file_wins_over_variable_and_file_and_only_its_first_line_counts(toml, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("of the secret file \nsecond line\n", encoding="utf-8")
    variable = {"TOCSIN_BUS__KAFKA__SASL_PASSWORD": "of the variable"}
    assert load(toml, {}).bus.kafka.sasl_password == "of the file"
    assert load(toml, variable).bus.kafka.sasl_password == "of the variable"
    named = {"TOCSIN_BUS__KAFKA__SASL_PASSWORD_FILE": str(secret), **variable}
    assert load(toml, named).bus.kafka.sasl_password == "of the secret file"


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path):
    said = refusal(TOCSIN_BUS__KAFKA__SASL_PASSWORD_FILE=str(tmp_path / "absent"))
    assert "TOCSIN_BUS__KAFKA__SASL_PASSWORD_FILE" in said
    assert str(tmp_path / "absent") in said


def test_the_key_called_file_is_a_key_and_not_a_secret_file():
    assert load(None, {"TOCSIN_SINKS__FILE": "alerts.jsonl"}).sinks.file == "alerts.jsonl"


@pytest.mark.parametrize(
    ("variable", "text", "found"),
    [
        ("TOCSIN_SINKS__STDOUT", "false", lambda s: s.sinks.stdout is False),
        ("TOCSIN_SOURCES__STDIN", "1", lambda s: s.sources.stdin is True),
        ("TOCSIN_METRICS__PORT", "0", lambda s: s.metrics.port == 0),
        ("TOCSIN_LANGUAGE__CONFIDENCE", "0.75", lambda s: s.language.confidence == 0.75),
        ("TOCSIN_SOURCES__FOLDERS", "a, b,", lambda s: s.sources.folders == ("a", "b")),
        ("TOCSIN_SOURCES__CONTACT", "12", lambda s: s.sources.contact == "12"),
        ("TOCSIN_BUS__KIND", "kafka", lambda s: s.bus.kind == "kafka"),
    ],
)
def test_the_text_of_a_variable_becomes_the_type_of_its_key(variable, text, found):
    assert found(load(None, {variable: text}))


def test_variables_of_others_and_without_a_section_are_not_ours():
    assert load(None, {"PATH": "/bin", "TOCSIN_CONFIG": "x", "OTHER_BUS__BATCH": "1"}) == Settings()


def test_an_unknown_key_of_the_file_is_told_with_its_place_and_the_nearest(tmp_path):
    said = refusal_of_file(tmp_path, "[bus]\nbatsh = 1\n")
    assert "tocsin.toml" in said
    assert "`bus.batsh`" in said
    assert "Did you mean `bus.batch`?" in said


def test_an_unknown_variable_is_told_by_its_name_and_the_nearest():
    said = refusal(TOCSIN_METRIX__PORT="1")
    assert said.startswith("TOCSIN_METRIX__PORT:")
    assert "Did you mean `metrics`?" in said


def test_an_unknown_key_that_resembles_nothing_is_answered_with_the_known_ones(tmp_path):
    said = refusal_of_file(tmp_path, "[bus]\nqqqq = 1\n")
    assert "Known here: `kind`, `batch`, `embedded`, `kafka`." in said


def test_a_variable_that_names_a_section_or_goes_below_a_key_is_refused():
    assert "section" in refusal(TOCSIN_BUS__KAFKA="x")
    assert "`bus.kind` is a key" in refusal(TOCSIN_BUS__KIND__MORE="x")
    assert "`bus.batch` is a key" in refusal(TOCSIN_BUS__BATCH__MORE="1")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[bus]\nbatch = "many"\n', "`bus.batch`"),
        ('[bus]\nkind = "rabbit"\n', "`bus.kind`"),
        ("bus = 3\n", "`bus`"),
        ('[sources]\nfolders = "a"\n', "`sources.folders`"),
        ("[sources]\nfolders = [1]\n", "sources.folders"),
    ],
)
def test_a_wrong_type_in_the_file_names_the_file_and_the_key(tmp_path, text, key):
    said = refusal_of_file(tmp_path, text)
    assert "tocsin.toml" in said
    assert key in said


@pytest.mark.parametrize(
    ("variable", "text", "key"),
    [
        ("TOCSIN_BUS__BATCH", "many", "`bus.batch`"),
        ("TOCSIN_BUS__BATCH", "1.5", "`bus.batch`"),
        ("TOCSIN_BUS__BATCH", "0", "`bus.batch`"),
        ("TOCSIN_METRICS__PORT", "70000", "`metrics.port`"),
        ("TOCSIN_LANGUAGE__CONFIDENCE", "1.5", "`language.confidence`"),
        ("TOCSIN_SINKS__STDOUT", "perhaps", "`sinks.stdout`"),
        ("TOCSIN_LANGUAGE__CONFIDENCE", "high", "`language.confidence`"),
    ],
)
def test_a_wrong_value_in_a_variable_names_the_variable_and_the_key(variable, text, key):
    said = refusal(**{variable: text})
    assert variable in said
    assert key in said


def test_a_file_that_is_absent_or_no_toml_is_told_by_its_path(tmp_path):
    assert str(tmp_path / "absent.toml") in refusal(tmp_path / "absent.toml")
    assert "is not TOML" in refusal_of_file(tmp_path, "[bus\n")
    (tmp_path / "tocsin.toml").write_bytes(b"\xff\xfe")
    assert "is not TOML" in refusal(tmp_path / "tocsin.toml")


def test_shown_hides_every_secret_and_nothing_else():
    kafka = Kafka(sasl_username="alice", sasl_password="p-one", ssl_password="p-two")
    settings = msgspec.structs.replace(Settings(), bus=msgspec.structs.replace(Settings().bus, kafka=kafka))
    page = shown(settings)
    assert "p-one" not in page
    assert "p-two" not in page
    read = tomllib.loads(page)["bus"]["kafka"]
    assert read["sasl_password"] == read["ssl_password"] == HIDDEN
    assert read["sasl_username"] == "alice"


def test_shown_hides_the_secrets_of_addresses():
    page = shown(
        load(environment={"TOCSIN_SOURCES__FEEDS": "https://a:hush@n.example/x?key=hush,https://b/"})
    )
    assert "hush" not in page
    assert f'"https://{HIDDEN}@n.example/x?key={HIDDEN}", "https://b/"' in page


def test_shown_is_toml_that_loads_to_the_same_settings(tmp_path):
    settings = load(None, {"TOCSIN_SOURCES__FOLDERS": 'a"b,ü', "TOCSIN_LANGUAGE__CONFIDENCE": "0.25"})
    (tmp_path / "tocsin.toml").write_text(shown(settings), encoding="utf-8")
    assert load(tmp_path / "tocsin.toml", {}) == settings


def test_shown_mentions_keys_that_are_not_set():
    assert "# sasl_password is not set" in shown(Settings())


def test_every_key_is_described_once_with_a_variable_that_sets_it():
    described = describe()
    assert len({key for key, _, _ in described}) == len(described)
    assert {key for key, _, _ in described} == set(_keys_of(Settings))
    for _, variable, default in described:
        value = default.strip('"').strip("[]").replace('"', "")
        assert value == "null" or load(None, {variable: value}) == Settings()


def test_every_section_s_docstring_speaks_of_its_keys():
    for section in _sections(Settings):
        words = section.__doc__.replace("sasl_*", "sasl_").replace("ssl_*", "ssl_")
        for field in msgspec.structs.fields(section):
            stem = field.name if not field.name.startswith(("sasl_", "ssl_")) else field.name[:4]
            nested = isinstance(field.type, type) and issubclass(field.type, msgspec.Struct)
            assert nested or stem in words, f"{section.__name__}.{field.name}"


def _keys_of(struct, at=()):
    for field in msgspec.structs.fields(struct):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _keys_of(field.type, (*at, field.name))
        else:
            yield ".".join((*at, field.name))


def _sections(struct):
    yield struct
    for field in msgspec.structs.fields(struct):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _sections(field.type)
