"""`doctor` on a real API server, for Secrets in both formats and users with fewer permissions."""

import json
import subprocess
from functools import partial
from typing import Any

from tests.support.manifests import OPEN
from tests.support.wrong_secrets import FIRING, QUIET, Manifest

from .parts.control_plane import ControlPlane
from .support.bucket_secrets import create_bucket_secret, create_reader
from .support.bucket_secrets import run as list_or_doctor

run = partial(list_or_doctor, command="doctor")


def checks(finished: subprocess.CompletedProcess[str]) -> set[str]:
    findings: list[dict[str, Any]] = json.loads(finished.stdout)
    return {finding["check"] for finding in findings}


def test_good_secrets_in_a_good_namespace(control_plane: ControlPlane) -> None:
    namespace = control_plane.create_namespace()
    control_plane.core.patch_namespace(namespace, {"metadata": {"labels": {"seldon.restricted": "false"}}})
    for format_ in ("env_var", "config_param"):
        create_bucket_secret(control_plane, namespace, "models", format_)
    finished = run(control_plane.kubeconfig, "-n", namespace)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout == "2 examined: 0 errors, 0 warnings\n"


def test_a_bad_secret(control_plane: ControlPlane) -> None:
    namespace = control_plane.create_namespace()
    create_bucket_secret(control_plane, namespace, "models", "config_param", labelled=False)
    finished = run(control_plane.kubeconfig, "-n", namespace, "-o", "json")
    assert finished.returncode == 1, finished.stderr
    assert checks(finished) == {"format-label-missing", "label-missing", "namespace-restricted"}
    log = json.loads(run(control_plane.kubeconfig, "-n", namespace, "-o", "sarif").stdout)
    for result in log["runs"][0]["results"]:
        (location,) = result["locations"]
        assert set(location) == {"logicalLocations"}  # a cluster has no files
        assert location["logicalLocations"][0]["fullyQualifiedName"].startswith(f"{namespace}/")


def create(cluster: ControlPlane, manifests: list[Manifest]) -> str:
    """Create Secrets in a namespace of their own, which the platform reads unless a manifest says otherwise."""
    namespace = cluster.create_namespace("check")
    labels = next((each["metadata"]["labels"] for each in manifests if each["kind"] == "Namespace"), OPEN)
    cluster.core.patch_namespace(namespace, {"metadata": {"labels": labels}})
    for manifest in manifests:
        if manifest["kind"] == "Secret":
            secret: Any = manifest | {"metadata": manifest["metadata"] | {"namespace": namespace}}
            cluster.core.create_namespaced_secret(namespace, secret)
    return namespace


def test_each_check_reports_broken_rules_and_nothing_else(control_plane: ControlPlane) -> None:
    firing = [(create(control_plane, manifests), check) for check, manifests in FIRING]
    quiet = [(create(control_plane, manifests), check) for check, manifests in QUIET]
    finished = run(control_plane.kubeconfig, "-A", "-o", "json")
    assert finished.returncode == 1, finished.stderr
    reported = {(finding["namespace"], finding["check"]) for finding in json.loads(finished.stdout)}
    assert set(firing) - reported == set()
    assert set(quiet) & reported == set()
    assert "permissions" not in checks(finished)  # an administrator has all of them
    for namespace, _ in (*firing, *quiet):
        control_plane.core.delete_namespace(namespace)


def test_missing_permissions_are_reported_and_can_be_ignored(control_plane: ControlPlane) -> None:
    mine, other = (control_plane.create_namespace() for _ in range(2))
    create_bucket_secret(control_plane, mine, "models", "env_var")
    reader = create_reader(control_plane, mine, mine)
    finished = run(reader, "-n", mine, "-n", other, "-o", "json")
    assert finished.returncode == 2
    assert other in finished.stderr
    denied = {finding["namespace"]: finding["detail"] for finding in json.loads(finished.stdout)}
    assert denied == {
        mine: "you may not get, create, patch, delete",
        other: "you may not get, list, create, patch, delete",
    }
    assert json.loads(run(reader, "-n", mine, "-o", "json", "--ignore", "permissions").stdout) == []
    selected = run(reader, "-n", mine, "-o", "json", "--select", "permissions")
    assert checks(selected) == {"permissions"}
