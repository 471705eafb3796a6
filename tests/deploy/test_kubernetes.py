"""The Kubernetes manifests: valid, safe, and true to the commands that they run."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
import warnings
from typing import Any

import pytest

from faqbot import load_knowledge_base
from faqbot_web.settings import WebSettings
from tests.deploy.facts import (
    DEPLOY,
    PORT,
    PROBES,
    documented_variables,
    documents,
    faults_of_command,
    is_plain_image,
)

_FOLDER = DEPLOY / "kubernetes"
_OBJECTS = [
    each for name in ("web", "network", "slack") for each in documents(_FOLDER / f"{name}.yaml")
]
_KINDS = [f"{each['kind']} {each['metadata']['name']}" for each in _OBJECTS]
_PODS = [each["spec"]["template"]["spec"] for each in _OBJECTS if each["kind"] == "Deployment"]
_CONTAINERS = [each for pod in _PODS for each in (*pod["initContainers"], *pod["containers"])]
_SERVERS = [pod["containers"][0] for pod in _PODS]


@pytest.mark.parametrize("manifest", _OBJECTS, ids=_KINDS)
def test_manifests_keep_to_the_schema(manifest: dict[str, Any]) -> None:
    """The schemas of Kubernetes, as kubernetes-validate brings them, know every field."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package itself, about its own resources
        from kubernetes_validate import validate

        validate(manifest, "1.33", strict=True)


@pytest.mark.parametrize("pod", _PODS, ids=["web", "slack"])
def test_pods_run_without_root(pod: dict[str, Any]) -> None:
    """They get no token of the cluster either."""
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False


@pytest.mark.parametrize("container", _CONTAINERS, ids=lambda each: each["name"])
def test_containers_have_no_rights_that_they_do_not_need(container: dict[str, Any]) -> None:
    """No capability, no new rights, a file system that cannot be written, bounded memory."""
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("container", _CONTAINERS, ids=lambda each: each["name"])
def test_commands_variables_and_images_are_right(container: dict[str, Any]) -> None:
    """Each command and variable is in the reference; no image names a registry."""
    assert list(faults_of_command(container["args"])) == []
    assert {each["name"] for each in container["env"]} <= documented_variables()
    assert is_plain_image(container["image"])


@pytest.mark.parametrize("container", _SERVERS, ids=["web", "slack"])
def test_probes_ask_the_port_that_is_served(container: dict[str, Any]) -> None:
    """A process that is not ready gets no question, and one that does not live is ended."""
    given = {each["name"]: each.get("value") for each in container["env"]}
    asked = {
        probe: container[f"{probe}Probe"]["httpGet"]
        for probe in ("startup", "liveness", "readiness")
    }

    assert given["FAQBOT_PORT"] == str(PORT)
    assert container["ports"] == [{"name": "http", "containerPort": PORT}]
    assert {each["port"] for each in asked.values()} == {"http"}
    assert asked["readiness"]["path"] == PROBES[1]
    assert {asked[probe]["path"] for probe in ("startup", "liveness")} == {PROBES[0]}


@pytest.mark.parametrize("pod", _PODS, ids=["web", "slack"])
def test_volumes_are_those_that_are_mounted(pod: dict[str, Any]) -> None:
    """The folders that faqbot writes are volumes."""
    mounted = {each["name"]: each["mountPath"] for each in pod["containers"][0]["volumeMounts"]}

    assert {each["name"] for each in pod["volumes"]} == {*mounted}
    assert {"/data", "/kb"} <= {*mounted.values()}


def test_selectors_find_the_pods() -> None:
    """Service, budget and policy select labels that the pods have."""
    labels = [
        each["spec"]["template"]["metadata"]["labels"].items()
        for each in _OBJECTS
        if each["kind"] == "Deployment"
    ]
    for each in _OBJECTS:
        match each:
            case {"kind": "Service", "spec": {"selector": selector}}:
                assert [*map(selector.items().__le__, labels)] == [True, False]
            case {"kind": "PodDisruptionBudget", "spec": {"selector": {"matchLabels": selector}}}:
                assert [*map(selector.items().__le__, labels)] == [True, False]
            case {"kind": "NetworkPolicy", "spec": {"podSelector": {"matchLabels": selector}}}:
                assert all(map(selector.items().__le__, labels))
                assert each["spec"]["ingress"] == [{"ports": [{"port": PORT, "protocol": "TCP"}]}]


def test_settings_and_knowledge_base_are_valid() -> None:
    """The service accepts both files, and the host of the ingress."""
    settings = WebSettings.model_validate(
        tomllib.loads((_FOLDER / "web.toml").read_text(encoding="utf-8"))
    )
    (ingress,) = (each for each in _OBJECTS if each["kind"] == "Ingress")

    assert [rule["host"] for rule in ingress["spec"]["rules"]] == [*settings.hosts]
    assert load_knowledge_base(_FOLDER / "faq.yaml").entries


def test_kustomize_builds_them() -> None:
    """The folder is one unit, where kubectl is installed to build it."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("the program kubectl is not installed")
    done = subprocess.run([kubectl, "kustomize", _FOLDER], capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.count(b"\nkind: ") + done.stdout.startswith(b"kind: ") == 8
