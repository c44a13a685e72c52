"""Every verb by its installed console script: what it prints, where, and with which exit code."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOCSIN = str(Path(sys.executable).with_name("tocsin"))

PACT = "Under Article 51 of the UN Charter the two states signed a mutual defence treaty on Wednesday."

LIST = """\
watchlist: floods
watches:
  - id: flood
    title: A river floods
    severity: high
    query: flood NEAR/5 river
    must_match:
      - "The river will flood the valley."
    must_not_match:
      - "A flood of letters."
"""


def tocsin(
    *arguments: str, given: str | bytes = "", folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [TOCSIN, *arguments],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
        cwd=folder,
        env={**os.environ, "TOCSIN_METRICS__PORT": "0"},  # tests that run at once do not meet on one port
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def floods(tmp_path: Path) -> Path:
    path = tmp_path / "floods.yaml"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_help_names_every_verb_and_version_says_the_version() -> None:
    helped = tocsin("--help")

    assert helped.returncode == 0
    for verb in ("demo", "run", "scan", "check", "test", "explain", "backtest", "detect", "cite", "topics"):
        assert f"  {verb} " in helped.stdout
        assert tocsin(verb, "--help").returncode == 0
    assert tocsin("--version").stdout.startswith("tocsin 0.")


def test_help_imports_nothing_heavy() -> None:
    heavy = ("kafka", "feedparser", "langdetect", "trafilatura", "httpx", "rich", "prometheus_client", "yaml")
    program = (
        "import sys; from worker.cli import tocsin\n"
        "try: tocsin(['--help'], prog_name='tocsin')\n"
        f"except SystemExit: print([name for name in {heavy!r} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unknown_verb_ends_with_2_and_names_the_nearest() -> None:
    done = tocsin("scam")

    assert done.returncode == 2
    assert "Did you mean 'scan'?" in done.stderr


def test_scan_tells_the_kinds_apart_by_content_and_quotes_the_evidence(tmp_path: Path) -> None:
    article = {"id": "a", "title": "Pact", "text": PACT}
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><item>'
        f"<title>Pact</title><description>{PACT}</description></item></channel></rss>"
    )
    page = f"<html><head><title>Pact</title></head><body><article><p>{PACT}</p></article></body></html>"
    kinds = {
        "json": json.dumps(article).encode(),
        "jsonl": b"\n".join([json.dumps(article).encode()] * 2),
        "feed": feed.encode(),
        "html": page.encode(),
        "text": PACT.encode(),
        "gzip": gzip.compress(json.dumps(article).encode()),
    }
    for name, data in kinds.items():
        (tmp_path / name).write_bytes(data)  # no extension: content alone decides

        done = tocsin("scan", str(tmp_path / name))

        assert done.returncode == 0, (name, done.stderr)
        rung = {alert["watch"]["id"] for alert in lines(done.stdout)}  # type: ignore[index]
        assert rung == {"un-charter-51", "mutual-defence-pact"}, name
    whole = tocsin("scan", str(tmp_path))
    assert len(lines(whole.stdout)) == 2 * (len(kinds) + 1)


def test_scan_of_standard_input_says_what_is_no_article_and_goes_on() -> None:
    given = (
        json.dumps({"id": "a", "text": PACT}) + "\n{broken\n" + json.dumps({"id": "b", "text": PACT}) + "\n"
    )

    done = tocsin("scan", "-", given=given)

    assert done.returncode == 1
    assert {alert["article"]["id"] for alert in lines(done.stdout)} == {"a", "b"}  # type: ignore[index]
    assert "line 2" in done.stderr
    assert "[not_json]" in done.stderr


def test_scan_of_a_missing_file_ends_with_2() -> None:
    done = tocsin("scan", "no-such-file")

    assert done.returncode == 2
    assert done.stderr.startswith("tocsin: no-such-file: cannot be read")


def test_check_and_test_of_a_good_list_say_what_they_found(floods: Path) -> None:
    checked, tested = tocsin("check", str(floods)), tocsin("test", str(floods))

    assert (checked.returncode, tested.returncode) == (0, 0), checked.stdout + tested.stdout
    assert "1 watch-list, 1 watch" in checked.stdout
    assert "2 examples of 1 watch, 0 failed." in tested.stdout


def test_check_points_at_the_place_of_an_error(floods: Path) -> None:
    floods.write_text(LIST.replace("NEAR/5", "NEAR/x"), encoding="utf-8")

    done = tocsin("check", str(floods))

    assert done.returncode == 1
    assert f"{floods}:6:" in done.stdout
    assert "^" in done.stdout


def test_a_failing_example_is_shown_with_its_explanation(floods: Path) -> None:
    floods.write_text(LIST.replace("NEAR/5", "NEAR/0"), encoding="utf-8")

    done = tocsin("test", str(floods))

    assert done.returncode == 1
    assert "NEAR/0" in done.stdout
    assert "1 failed" in done.stdout


def test_explain_says_why_a_watch_did_not_match(floods: Path) -> None:
    text = "The river rose. Nobody in the old town remembers that there ever was a flood."

    done = tocsin("explain", "-w", str(floods), "--watch", "flood", given=text)

    assert done.returncode == 0, done.stderr
    assert "✗" in done.stdout
    assert "closest" in done.stdout
    unknown = tocsin("explain", "-w", str(floods), "--watch", "flod", given=text)
    assert unknown.returncode == 2
    assert "Did you mean 'flood'?" in unknown.stderr


def test_run_refuses_a_watch_whose_examples_fail_until_told_otherwise(floods: Path) -> None:
    floods.write_text(LIST.replace("NEAR/5", "NEAR/0"), encoding="utf-8")
    arguments = ("run", "-w", str(floods), "--stdin", "--drain")

    refused = tocsin(*arguments, given="The river will flood.", folder=floods.parent)
    allowed = tocsin(*arguments, "--allow-failing", given="A flood river.", folder=floods.parent)

    assert refused.returncode == 2
    assert "the examples of flood do not hold, so these watch-lists are refused" in refused.stderr
    assert "must_match 1: “The river will flood the valley.”" in refused.stderr
    assert "NEAR/0   — closest 1, at “river will flood”" in refused.stderr
    assert refused.stdout == ""
    assert allowed.returncode == 0, allowed.stderr
    assert [alert["watch"]["id"] for alert in lines(allowed.stdout)] == ["flood"]  # type: ignore[index]


def test_detect_and_cite_answer_one_json_line_for_each_line_of_text() -> None:
    detected = lines(
        tocsin("detect", given="Der Bundestag stimmte am Mittwoch über den Vertrag ab.\n5\n").stdout
    )
    cited = lines(tocsin("cite", given=f"{PACT}\nNothing here.\n").stdout)

    assert [each["language"] for each in detected] == ["de", "und"]
    assert [len(each["citations"]) for each in cited] == [1, 0]  # type: ignore[arg-type]
    found = cited[0]["citations"][0]  # type: ignore[index]
    assert (found["instrument"], found["article"], found["grade"]) == ("un-charter", "51", "explicit")
    assert PACT[found["start"] : found["end"]] == found["quote"]


def test_run_without_anything_to_read_or_with_an_unknown_key_says_what_to_do(tmp_path: Path) -> None:
    settings = tmp_path / "tocsin.toml"
    settings.write_text("[bus]\nkindd = 'kafka'\n", encoding="utf-8")

    unknown = tocsin("run", "-c", str(settings))
    settings.write_text("", encoding="utf-8")
    nothing = tocsin("run", "-c", str(settings))

    assert (unknown.returncode, nothing.returncode) == (2, 2)
    assert "unknown key `bus.kindd`. Did you mean `bus.kind`?" in unknown.stderr
    assert "nothing to read" in nothing.stderr


def test_print_config_hides_secrets(tmp_path: Path) -> None:
    settings = tmp_path / "tocsin.toml"
    settings.write_text('[bus.kafka]\nsasl_password = "hunter2"\n', encoding="utf-8")

    done = tocsin("run", "-c", str(settings), "--print-config")

    assert done.returncode == 0
    assert 'sasl_password = "********"' in done.stdout
    assert "hunter2" not in done.stdout


def test_the_demo_rings_in_many_languages_and_its_outcomes_add_up() -> None:
    done = tocsin("demo", "--json")

    assert done.returncode == 0, done.stderr
    rung = lines(done.stdout)
    assert len({alert["language"]["code"] for alert in rung}) >= 10  # type: ignore[index]
    total, ends = done.stderr.strip().splitlines()[-1].split(";")[0].split(" articles = ")
    assert int(total) == sum(int(end.split()[0]) for end in ends.split(" + ")) == 20
    assert "no_match" in ends


@pytest.mark.parametrize("verb", [["scan"], ["explain", "--watch", "flood"]])
def test_a_reader_that_has_seen_enough_makes_no_failure(tmp_path: Path, verb: list[str]):
    (tmp_path / "floods.yaml").write_text(LIST)
    text = "The river will flood the valley. " * 200
    rows = [json.dumps({"id": str(number), "title": "T", "text": text}) for number in range(400)]
    (tmp_path / "many.jsonl").write_text("\n".join(rows))
    command = [TOCSIN, *verb, "-w", "floods.yaml", "many.jsonl"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (0, b"")
