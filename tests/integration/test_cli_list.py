"""`list` on a real API server: as an administrator, as users with fewer permissions, and with many Secrets."""

import json
from pathlib import Path

import pytest
from kubernetes import client, utils

from seldon_secrets_pulumi.model.formats import FORMATS
from tests.support.list_golden import GOLDEN, MANIFESTS
from tests.support.terminal import on_terminal

from .parts.control_plane import ControlPlane
from .support.bucket_secrets import create_bucket_secret, create_reader, listed, run


def test_list_for_an_administrator(control_plane: ControlPlane) -> None:
    namespace = control_plane.create_namespace()
    control_plane.core.patch_namespace(namespace, {"metadata": {"labels": {"seldon.restricted": "false"}}})
    create_bucket_secret(control_plane, namespace, "models", "env_var")
    create_bucket_secret(control_plane, namespace, "models", "config_param")
    create_bucket_secret(control_plane, namespace, "forgotten", "config_param", labelled=False)
    found = listed(run(control_plane.kubeconfig, "-n", namespace, "-o", "json"))
    assert [(it["secret"], it["format"], it["assumed"], it["seen"]) for it in found] == [
        ("forgotten-bucket-params", "env_var", True, False),
        ("models-bucket-envvars", "env_var", False, True),
        ("models-bucket-params", "config_param", False, True),
    ]
    everywhere = listed(run(control_plane.kubeconfig, "-A", "-o", "json"))
    assert [it for it in everywhere if it["namespace"] == namespace] == found
    assert "s  " in run(control_plane.kubeconfig, "-n", namespace).stdout  # an age in seconds


def test_a_cluster_gives_the_same_answer_as_the_golden_files(control_plane: ControlPlane) -> None:
    utils.create_from_directory(control_plane.api, str(MANIFESTS))  # type: ignore[no-untyped-call]
    namespaces = [it for it in sorted(control_plane.namespaces()) if it.startswith("golden-")]
    chosen = [argument for it in namespaces for argument in ("-n", it)]
    found = listed(run(control_plane.kubeconfig, *chosen, "-o", "json"))
    assert all(it["created"] for it in found)
    assert [it | {"created": None} for it in found] == json.loads((GOLDEN / "list.json").read_text())
    remotes = listed(run(control_plane.kubeconfig, *chosen, "--remotes", "-o", "json"))
    assert remotes == json.loads((GOLDEN / "remotes.json").read_text())
    for namespace in namespaces:
        control_plane.core.delete_namespace(namespace)


def test_a_user_of_one_namespace_gets_a_partial_answer(control_plane: ControlPlane) -> None:
    mine, other = (control_plane.create_namespace() for _ in range(2))
    create_bucket_secret(control_plane, mine, "models", "env_var")
    create_bucket_secret(control_plane, other, "models", "env_var")
    kubeconfig = create_reader(control_plane, mine, mine)
    allowed = run(kubeconfig, "-n", mine, "-o", "json")
    assert allowed.returncode == 0, allowed.stderr
    assert [it["seen"] for it in listed(allowed)] == [None]  # the namespace's labels may not be read
    partial = run(kubeconfig, "-n", mine, "-n", other, "-o", "json")
    assert partial.returncode == 2
    assert [it["namespace"] for it in listed(partial)] == [mine]
    assert partial.stderr == (
        f"seldon-secrets: the answer is partial: you may not list Secrets in 1 namespace ({other})\n"
    )
    everywhere = run(kubeconfig, "-A")
    assert everywhere.returncode == 2
    assert "name your own" in everywhere.stderr
    assert everywhere.stderr.count("\n") == 1


def test_a_user_who_may_list_namespaces_gets_those_that_are_theirs(control_plane: ControlPlane) -> None:
    mine = control_plane.create_namespace()
    create_bucket_secret(control_plane, mine, "models", "env_var")
    kubeconfig = create_reader(control_plane, mine, mine)
    rbac = client.RbacAuthorizationV1Api(control_plane.api)
    rule = client.V1PolicyRule(api_groups=[""], resources=["namespaces"], verbs=["list"])
    metadata = client.V1ObjectMeta(name=f"namespaces-{mine}")
    rbac.create_cluster_role(client.V1ClusterRole(metadata=metadata, rules=[rule]))
    role = client.V1RoleRef(api_group="rbac.authorization.k8s.io", kind="ClusterRole", name=metadata.name)
    subject = client.RbacV1Subject(kind="ServiceAccount", name="reader", namespace=mine)
    rbac.create_cluster_role_binding(
        client.V1ClusterRoleBinding(metadata=metadata, role_ref=role, subjects=[subject])
    )
    partial = run(kubeconfig, "-A", "-o", "json")
    assert partial.returncode == 2
    assert [it["namespace"] for it in listed(partial)] == [mine]
    assert "you may not list Secrets in" in partial.stderr


@pytest.mark.parametrize("problem", ["token", "address", "file"])
def test_one_line_says_why_there_is_no_answer(
    control_plane: ControlPlane, tmp_path: Path, problem: str
) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    text = control_plane.kubeconfig.read_text()
    if problem == "token":
        kubeconfig.write_text(text.replace(control_plane.token, "wrong"))
    if problem == "address":
        kubeconfig.write_text(text.replace(control_plane.url, "https://127.0.0.1:1"))
    finished = run(kubeconfig)
    assert finished.returncode == 2
    assert finished.stderr.startswith("seldon-secrets: ")
    assert finished.stderr.count("\n") == 1, finished.stderr


def test_more_secrets_than_the_api_server_gives_at_once(control_plane: ControlPlane) -> None:
    namespace = control_plane.create_namespace("many")
    for number in range(300):
        for format_ in FORMATS:
            create_bucket_secret(control_plane, namespace, f"remote-{number}", format_)
    variables = {"KUBECONFIG": str(control_plane.kubeconfig)}
    # Progress is for the terminal, and none of it among the answer, be that on a terminal too or in a file.
    for command in ("list", "doctor"):
        _, answer, progress = on_terminal(
            command, "-n", namespace, "-o", "json", variables=variables, pipe=True
        )
        assert "Reading Secrets: 600" in progress
        assert isinstance(json.loads(answer), list)
        _, answer, progress = on_terminal(command, "-n", namespace, variables=variables)
        assert "Reading Secrets: 600" in progress
        assert "Reading" not in answer
    assert (
        len({it["secret"] for it in listed(run(control_plane.kubeconfig, "-n", namespace, "-o", "json"))})
        == 600
    )
    assert run(control_plane.kubeconfig, "-n", namespace).stderr == ""
    control_plane.core.delete_namespace(namespace)
