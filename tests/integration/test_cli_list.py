"""`list` on a real API server, for an administrator and for users with fewer permissions, with many Secrets."""

import json
from pathlib import Path

import pytest
from kubernetes import client, utils

from seldon_secrets_pulumi.model.formats import FORMATS
from tests.support.list_golden import GOLDEN, MANIFESTS
from tests.support.terminal import on_terminal

from .parts.control_plane import ControlPlane
from .support.bucket_secrets import create_bucket_secret, create_reader, listed, run


def test_an_administrator_gets_all_secrets(control_plane: ControlPlane) -> None:
    namespace = control_plane.create_namespace()
    control_plane.core.patch_namespace(namespace, {"metadata": {"labels": {"seldon.restricted": "false"}}})
    create_bucket_secret(control_plane, namespace, "models", "env_var")
    create_bucket_secret(control_plane, namespace, "models", "config_param")
    create_bucket_secret(control_plane, namespace, "forgotten", "config_param", labelled=False)
    rows = listed(run(control_plane.kubeconfig, "-n", namespace, "-o", "json"))
    assert [(row["secret"], row["format"], row["assumed"], row["seen"]) for row in rows] == [
        ("forgotten-bucket-params", "env_var", True, False),
        ("models-bucket-envvars", "env_var", False, True),
        ("models-bucket-params", "config_param", False, True),
    ]
    everywhere = listed(run(control_plane.kubeconfig, "-A", "-o", "json"))
    assert [row for row in everywhere if row["namespace"] == namespace] == rows
    assert "s  " in run(control_plane.kubeconfig, "-n", namespace).stdout  # an age in seconds


def test_a_cluster_gives_the_same_answer_as_the_golden_files(control_plane: ControlPlane) -> None:
    utils.create_from_directory(control_plane.api, str(MANIFESTS))  # type: ignore[no-untyped-call]
    namespaces = [name for name in sorted(control_plane.namespaces()) if name.startswith("golden-")]
    chosen = [argument for name in namespaces for argument in ("-n", name)]
    rows = listed(run(control_plane.kubeconfig, *chosen, "-o", "json"))
    assert all(row["created"] for row in rows)
    assert [row | {"created": None} for row in rows] == json.loads((GOLDEN / "list.json").read_text())
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
    assert [row["seen"] for row in listed(allowed)] == [None]  # the namespace's labels may not be read
    partial = run(kubeconfig, "-n", mine, "-n", other, "-o", "json")
    assert partial.returncode == 2
    assert [row["namespace"] for row in listed(partial)] == [mine]
    assert partial.stderr == (
        f"seldon-secrets: the answer is partial: you may not list Secrets in 1 namespace ({other})\n"
    )
    everywhere = run(kubeconfig, "-A")
    assert everywhere.returncode == 2
    assert "name your own" in everywhere.stderr
    assert everywhere.stderr.count("\n") == 1


def test_a_user_who_may_list_namespaces_gets_the_permitted_ones(control_plane: ControlPlane) -> None:
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
    assert [row["namespace"] for row in listed(partial)] == [mine]
    assert "you may not list Secrets in" in partial.stderr


@pytest.mark.parametrize("problem", ["token", "address", "file"])
def test_one_line_explains_a_missing_answer(
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


def test_more_secrets_than_one_page_of_the_api_server(control_plane: ControlPlane) -> None:
    namespace = control_plane.create_namespace("many")
    for number in range(300):
        for format_ in FORMATS:
            create_bucket_secret(control_plane, namespace, f"remote-{number}", format_)
    variables = {"KUBECONFIG": str(control_plane.kubeconfig)}
    # Progress goes to the terminal and never into the answer, no matter where that goes.
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
        len({row["secret"] for row in listed(run(control_plane.kubeconfig, "-n", namespace, "-o", "json"))})
        == 600
    )
    assert run(control_plane.kubeconfig, "-n", namespace).stderr == ""
    control_plane.core.delete_namespace(namespace)
