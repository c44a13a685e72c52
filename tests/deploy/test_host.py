"""The systemd unit by systemd's own analysis; Compose and Containerfile by what they name."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

from tests.deploy.tools import DEPLOY, ROOT, run, tool
from worker import settings

COMPOSE = DEPLOY / "compose.yaml"


def test_the_unit_is_understood_and_hardened(tmp_path: Path):
    analyze = tool("systemd-analyze", "systemd")
    unit = (DEPLOY / "systemd" / "tocsin.service").read_text()
    copy = tmp_path / "tocsin.service"
    copy.write_text(unit.replace("/opt/tocsin/bin/tocsin", "/bin/true"))  # not installed here
    assert run(analyze, "verify", "--recursive-errors=no", str(copy)) == ""
    said = run(analyze, "security", "--offline=true", "--no-pager", str(copy))
    found = re.search(r"exposure level for tocsin.service: ([\d.]+)", said)
    assert found
    assert float(found[1]) < 2.0


def test_the_unit_leaves_the_metrics_of_the_process_readable():
    unit = (DEPLOY / "systemd" / "tocsin.service").read_text()
    hidden = re.search(r"^ProcSubset=pid", unit, re.MULTILINE)
    assert not hidden, "prometheus-client shows no process_… at all without /proc/stat"


def test_compose_is_valid_by_the_schema_of_compose():
    run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE))


def test_compose_names_files_settings_and_services_that_exist():
    compose = yaml.safe_load(COMPOSE.read_text())
    variables = {variable for _, variable, _ in settings.describe()}
    for name, service in compose["services"].items():
        assert service.keys() & {"image", "build"}, name
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        ours = {key for key in service.get("environment", ()) if key.startswith("TOCSIN_")}
        assert ours <= variables
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"]
    scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"][0]
    targets = scraped["static_configs"][0]["targets"]
    assert {target.partition(":")[0] for target in targets} <= set(compose["services"])


def test_the_container_file_copies_what_exists_and_runs_as_nobody_special():
    text = (DEPLOY / "Containerfile").read_text()
    copied = re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE)
    assert [path for line in copied for path in line.split() if not (ROOT / path).exists()] == []
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert set(re.findall(r"TOCSIN_\w+__\w+", text)) <= {variable for _, variable, _ in settings.describe()}
