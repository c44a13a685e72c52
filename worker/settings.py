"""What an operator may set: `tocsin.toml`, the environment, and files for secrets.

Order, later wins: defaults, the file, `TOCSIN_SECTION__KEY` from the environment, and
`TOCSIN_SECTION__KEY_FILE`, whose value is the first line of that file. An unknown key is an error
that names the nearest known one. README's table is checked against these structs.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec

from worker.errors import UsageError
from worker.secrets import HIDDEN, veiled

ENVIRONMENT_PREFIX = "TOCSIN_"
SECRET_WORDS = ("password", "secret", "token")

Natural = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
Age = Annotated[int, msgspec.Meta(ge=0)]


class Embedded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The embedded bus.

    path: the SQLite file that holds topics, offsets and what sources have read.
    """

    path: str = "tocsin.db"


class Kafka(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The Kafka bus.

    bootstrap_servers: host:port, comma-separated; group: the consumer group of the workers;
    security_protocol, sasl_*, ssl_*: how to connect, as in Kafka's own clients; instance: a name that makes
    the worker a static member; compression: of what is published; session_timeout, poll_interval,
    transaction_timeout, request_timeout: seconds, see `worker.bus.kafka_settings`.
    """

    bootstrap_servers: str = "127.0.0.1:9092"
    group: str = "tocsin"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    sasl_username: str | None = None
    sasl_password: str | None = None
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    ssl_password: str | None = None
    ssl_check_hostname: bool = True
    instance: str | None = None
    compression: Literal["gzip", "snappy", "lz4", "zstd"] | None = None
    session_timeout: Seconds = 20.0
    poll_interval: Seconds = 120.0
    transaction_timeout: Seconds = 20.0
    request_timeout: Seconds = 10.0


class Bus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which log stands between the steps.

    kind: `embedded` (one file, one process) or `kafka`; batch: the most records in a unit of work.
    """

    kind: Literal["embedded", "kafka"] = "embedded"
    batch: Positive = 1000
    embedded: Embedded = Embedded()
    kafka: Kafka = Kafka()


class Websub(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Being told of news by the hubs of feeds that have one.

    callback: the public address under which hubs reach host and port, `https://…`; nothing is served
    without it; host, port: where the worker listens for them.
    """

    callback: str | None = None
    host: str = "127.0.0.1"
    port: Port = 9465


class Sources(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where articles come from, besides the articles topic itself.

    folders: watched for files; stdin: read standard input to its end; feeds: RSS, Atom and JSON Feed
    addresses; lists: paths or addresses of lists of feeds, in YAML or OPML; poll_seconds: how often a
    feed is asked; allow_networks: private networks that feeds may be fetched from, in CIDR notation;
    contact: an address in the User-Agent for those who run the feeds; heartbeat_seconds: how often an
    article of Tocsin's own travels the pipeline as a sign of life, 0 for never;
    websub: being told by hubs.
    """

    folders: tuple[str, ...] = ()
    stdin: bool = False
    feeds: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    poll_seconds: Positive = 900
    allow_networks: tuple[str, ...] = ()
    contact: str = ""
    heartbeat_seconds: Natural = 0
    websub: Websub = Websub()


class Watchlists(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is watched for.

    paths: files and folders of watch-lists, or `builtin`; reload_seconds: how often a running worker
    looks whether they have changed; failing: what becomes of lists with a watch whose own examples
    fail: `refuse` (the worker does not put them in force) or `allow` (no example is run).
    """

    paths: tuple[str, ...] = ("builtin",)
    reload_seconds: Positive = 2
    failing: Literal["refuse", "allow"] = "refuse"


class Citations(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `cite(…)` knows besides what ships with Tocsin.

    folder: one with `languages/xx.toml` or `instruments/*.toml` or both, as worker/citations/DATA.md tells.
    """

    folder: str | None = None


class Sinks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where alerts go besides the alerts topic.

    stdout: print them, as text on a terminal and as JSON lines elsewhere; file: append JSON lines to it.
    """

    stdout: bool = True
    file: str | None = None


class Detection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a language is detected.

    sample: characters looked at; minimum: fewer letters than this are not judged; confidence: below it
    the answer is `und`.
    """

    sample: Positive = 180
    minimum: Positive = 5
    confidence: Share = 0.3


class Serve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The metrics page.

    host: the address to bind; port: 0 picks a free one; enabled: false serves nothing; tls_cert, tls_key:
    PEM files, HTTPS when both are set; users: a file of `name:bcrypt hash` lines who may see the metrics.
    """

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Port = 9464
    tls_cert: str | None = None
    tls_key: str | None = None
    users: str | None = None


class Log(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The log of `tocsin run`, on standard error.

    form: `json`, `console`, or `auto`, which is console on a terminal and JSON elsewhere.
    """

    form: Literal["auto", "json", "console"] = "auto"


class Tracing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Spans for OpenTelemetry.

    endpoint: where a collector takes OTLP over HTTP, `http://collector:4318/v1/traces`; none are sent
    without it; share: of the traces that begin here, how many are sent.
    """

    endpoint: str | None = None
    share: Share = 1.0


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is refused.

    article_bytes: a larger message is a dead letter; dead_letters_in_a_row: after so many the worker
    stops, since the fault is then the stream's or ours; dead_letter_share: so does a larger share than
    this among about that many messages; expire_seconds: a message that waited longer on the bus is not
    judged any more, 0 judges all; schema_frame: whether JSON behind a schema registry's frame is read;
    match_seconds, rule_seconds: what matching an article, and one watch on it, may take.
    """

    article_bytes: Positive = 10_485_760
    dead_letters_in_a_row: Positive = 1000
    dead_letter_share: Share = 0.5
    expire_seconds: Age = 0
    schema_frame: Literal["skip", "refuse"] = "skip"
    match_seconds: Positive = 20
    rule_seconds: Positive = 5


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything, in the sections of `tocsin.toml`."""

    bus: Bus = Bus()
    sources: Sources = Sources()
    watchlists: Watchlists = Watchlists()
    citations: Citations = Citations()
    sinks: Sinks = Sinks()
    language: Detection = Detection()
    metrics: Serve = Serve()
    log: Log = Log()
    traces: Tracing = Tracing()
    limits: Limits = Limits()


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Raises UsageError that says what is wrong, where, and the nearest key."""
    raw: dict[str, Any] = {}
    if path is not None:
        raw = _read(path)
        _check_keys(Settings, raw, (), str(path))
    origins: dict[str, str] = {}
    for key, name, text in _from_environment(os.environ if environment is None else environment):
        _check_keys(Settings, _nested(key, text), (), name)
        _put(raw, key, _typed(key, text))
        origins[".".join(key)] = name
    try:
        return msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(_explain(str(error), path, origins)) from None


def describe() -> list[tuple[str, str, str]]:
    """Every key as (dotted name, environment variable, default as TOML would write it)."""
    return [
        (".".join(key), ENVIRONMENT_PREFIX + "__".join(key).upper(), json.dumps(default))
        for key, default in _leaves(msgspec.to_builtins(Settings()), ())
    ]


def shown(settings: Settings) -> str:
    """The effective settings as TOML, secrets hidden; unset keys as comments."""
    lines: list[str] = []
    section: tuple[str, ...] = ("?",)
    for key, value in sorted(_leaves(msgspec.to_builtins(settings), ()), key=lambda leaf: leaf[0][:-1]):
        if key[:-1] != section:
            section = key[:-1]
            lines += ["", f"[{'.'.join(section)}]"] if lines else [f"[{'.'.join(section)}]"]
        if value is None:
            lines.append(f"# {key[-1]} is not set")
            continue
        secret = any(word in key[-1] for word in SECRET_WORDS)
        told = json.dumps(HIDDEN) if secret else veiled(json.dumps(value, ensure_ascii=False))
        lines.append(f"{key[-1]} = {told}")
    return "\n".join(lines) + "\n"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: is not TOML: {error}") from None


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """(key, variable, text) for each of our variables; the `_FILE` ones last, so that they win."""
    ours = sorted(name for name in environment if name.startswith(ENVIRONMENT_PREFIX) and "__" in name)
    keys = {variable for _, variable, _ in describe()}  # `sinks.file` is a key, not a secret in a file
    for name in sorted(ours, key=lambda name: name not in keys and name.endswith("_FILE")):
        text = environment[name]
        bare = name
        if name not in keys and name.endswith("_FILE"):
            bare = name.removesuffix("_FILE")
            try:
                text = Path(text).read_text(encoding="utf-8").split("\n")[0].strip()
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"{name}: the file {text} cannot be read: {error}") from None
        yield tuple(bare.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")), name, text


def _check_keys(struct: type[Any], value: Any, at: tuple[str, ...], origin: str) -> None:
    if not isinstance(value, Mapping):
        return  # a wrong type is told by the conversion
    fields = get_type_hints(struct)
    for name, inner in value.items():
        dotted = ".".join((*at, name))
        if name not in fields:
            raise UsageError(f"{origin}: unknown key `{dotted}`.{_nearest(name, at, fields)}")
        if isinstance(fields[name], type) and issubclass(fields[name], msgspec.Struct):
            _check_keys(fields[name], inner, (*at, name), origin)


def _nearest(name: str, at: tuple[str, ...], fields: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, fields, n=1, cutoff=0.5)
    if close:
        return f" Did you mean `{'.'.join((*at, close[0]))}`?"
    return f" Known here: {', '.join(f'`{field}`' for field in fields)}."


def _typed(key: tuple[str, ...], text: str) -> Any:
    """The text of a variable as the type of its key: numbers and booleans as TOML, lists by comma."""
    hint: Any = Settings
    variable = ENVIRONMENT_PREFIX + "__".join(key).upper()
    for at, name in enumerate(key):
        if not (isinstance(hint, type) and issubclass(hint, msgspec.Struct)):
            raise UsageError(f"{variable}: `{'.'.join(key[:at])}` is a key, not a section.")
        hint = get_type_hints(hint)[name]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        raise UsageError(f"{variable}: names a section, not a key.")
    if hint is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if hint in (int, float):
        return hint(text) if re.fullmatch(r"-?\d+(\.\d+)?" if hint is float else r"-?\d+", text) else text
    if getattr(hint, "__origin__", None) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _nested(key: tuple[str, ...], value: Any) -> dict[str, Any]:
    for name in reversed(key):
        value = {name: value}
    return value  # type: ignore[no-any-return]


def _put(raw: dict[str, Any], key: tuple[str, ...], value: Any) -> None:
    for name in key[:-1]:
        inner = raw.setdefault(name, {})
        if not isinstance(inner, dict):
            return  # the conversion will say that the section is no table
        raw = inner
    raw[key[-1]] = value


def _explain(message: str, path: Path | None, origins: Mapping[str, str]) -> str:
    """What msgspec says, `Expected `int`, got `str` - at `$.bus.batch``, in our words.

    origins: dotted key → the variable that set it; every other key is the file's.
    """
    found = re.fullmatch(r"(.*) - at `\$\.?(.*)`", message)
    if not found:
        return f"{path}: {message}" if path else message
    said, key = found.groups()
    where = origins.get(key.partition("[")[0], str(path))
    return f"{where}: `{key}`: {said[0].lower()}{said[1:]}."


def _leaves(value: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _leaves(inner, (*at, name))
        else:
            yield (*at, name), inner
