"""The Helm chart, rendered with several values and held against Kubernetes' schemas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.expressions import alerts
from tests.deploy.tools import DEPLOY, run, tool
from worker import settings

CHART = DEPLOY / "helm" / "tocsin"
VALUES = [None, *sorted((CHART / "ci").glob("*.yaml"))]
KUBERNETES = "1.31"
HELM = "golang, then go install helm.sh/helm/v3/cmd/helm@v3.17.3"


def rendered(values: Path | None) -> list[dict[str, Any]]:
    helm = tool("helm", HELM)
    given = [] if values is None else ["--values", str(values)]
    run(helm, "lint", "--strict", str(CHART), *given)
    return [
        each
        for each in yaml.safe_load_all(
            run(helm, "template", "news", str(CHART), "--kube-version", "1.31.0", *given)
        )
        if each
    ]


@pytest.mark.parametrize("values", VALUES, ids=lambda path: path.stem if path else "defaults")
def test_what_the_chart_renders_is_valid_by_kubernetes_schemas(values):
    for each in rendered(values):
        if each["apiVersion"].startswith(("keda.sh", "monitoring.coreos.com")):
            continue  # not Kubernetes' own; what matters of them is tested below
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


@pytest.mark.parametrize("values", VALUES, ids=lambda path: path.stem if path else "defaults")
def test_the_settings_of_the_chart_are_settings(values, tmp_path):
    (config,) = [each["data"] for each in rendered(values) if "tocsin.toml" in each.get("data", {})]
    (tmp_path / "tocsin.toml").write_text(config["tocsin.toml"])
    assert settings.load(tmp_path / "tocsin.toml", {}).bus.kind == "kafka"


def test_the_workers_are_bounded_by_the_partitions():
    objects = {each["kind"]: each for each in rendered(CHART / "ci" / "scaled-values.yaml")}
    assert objects["ScaledObject"]["spec"]["maxReplicaCount"] == 6
    assert "replicas" not in objects["Deployment"]["spec"]


def test_values_that_are_not_in_the_schema_are_refused():
    helm = tool("helm", HELM)
    with pytest.raises(AssertionError, match=r"replica\b"):
        run(helm, "template", "news", str(CHART), "--kube-version", "1.31.0", "--set", "replica=3")


def test_the_pods_are_not_root_and_cannot_write_their_image():
    (pods,) = [each["spec"]["template"]["spec"] for each in rendered(None) if each["kind"] == "Deployment"]
    assert pods["securityContext"]["runAsNonRoot"]
    (container,) = pods["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_secrets_come_by_reference_and_are_mounted_where_settings_look_for_them():
    objects = {each["kind"]: each for each in rendered(CHART / "ci" / "secured-values.yaml")}
    pods = objects["Deployment"]["spec"]["template"]["spec"]
    secrets = {
        volume["name"]: volume["secret"]["secretName"] for volume in pods["volumes"] if "secret" in volume
    }
    (container,) = pods["containers"]
    mounts = {
        secrets[each["name"]]: each["mountPath"]
        for each in container["volumeMounts"]
        if each["name"] in secrets
    }
    assert mounts == {name: f"/etc/tocsin-secrets/{name}" for name in ("kafka-tls", "page.tls")}
    assert "Secret" not in objects


def test_probes_and_prometheus_speak_https_where_the_page_does():
    objects = {each["kind"]: each for each in rendered(CHART / "ci" / "secured-values.yaml")}
    (container,) = objects["Deployment"]["spec"]["template"]["spec"]["containers"]
    probes = [container[f"{name}Probe"]["httpGet"]["scheme"] for name in ("startup", "liveness", "readiness")]
    assert probes == ["HTTPS"] * 3
    assert objects["PodMonitor"]["spec"]["podMetricsEndpoints"] == [{"port": "metrics", "scheme": "https"}]


def test_the_job_that_the_alert_rules_expect_is_what_prometheus_is_told():
    objects = {each["kind"]: each for each in rendered(CHART / "ci" / "secured-values.yaml")}
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    job = labels[objects["PodMonitor"]["spec"]["jobLabel"]]
    expected = {found for alert in alerts() for found in re.findall(r'job=~"([^"]*)"', alert["expr"])}
    assert expected
    assert [pattern for pattern in expected if not re.fullmatch(pattern, job)] == []
