"""The Helm chart, rendered with several values and held against Kubernetes' schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.tools import DEPLOY, run, tool

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
        if each["apiVersion"].startswith("keda.sh"):
            continue  # not Kubernetes' own; its bounds are tested below
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


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
