"""Bucket Secrets on the API server, users who may read some of them, and the commands that list them."""

import json
import subprocess
from pathlib import Path
from typing import Any

from kubernetes import client

from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.secret_data import encoded
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel, seldon_labels
from tests.integration.parts.control_plane import ControlPlane
from tests.support.canaries import CANARY

from .command import COMMAND


def create_bucket_secret(
    cluster: ControlPlane, namespace: str, remote: str, format_: str, labelled: bool = True
) -> str:
    how = FORMATS[format_]
    login = {"env_auth": "false", "access_key_id": "AKIA", "secret_access_key": CANARY}
    data = how.write(Remote(remote, "s3", {"provider": "AWS", **login}))
    labels = seldon_labels("bucket") | FormatLabel().label(format_) if labelled else {}
    metadata = client.V1ObjectMeta(name=how.secret_name(remote), labels=labels)
    cluster.core.create_namespaced_secret(namespace, client.V1Secret(metadata=metadata, data=encoded(data)))
    return how.secret_name(remote)


def run(kubeconfig: Path, *arguments: str, command: str = "list") -> subprocess.CompletedProcess[str]:
    finished = subprocess.run(
        [COMMAND, command, *arguments],
        env={"KUBECONFIG": str(kubeconfig), "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert CANARY not in finished.stdout + finished.stderr
    assert "Traceback" not in finished.stderr
    return finished


def listed(finished: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return list(json.loads(finished.stdout))


def create_reader(cluster: ControlPlane, namespace: str, *readable: str) -> Path:
    """Create a service account that may list the Secrets of some namespaces, and return its kubeconfig."""
    cluster.core.create_namespaced_service_account(
        namespace, client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="reader"))
    )
    rbac = client.RbacAuthorizationV1Api(cluster.api)
    subject = client.RbacV1Subject(kind="ServiceAccount", name="reader", namespace=namespace)
    rule = client.V1PolicyRule(api_groups=[""], resources=["secrets"], verbs=["list"])
    metadata = client.V1ObjectMeta(name="reader")
    role = client.V1RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name="reader")
    for each in readable:
        rbac.create_namespaced_role(each, client.V1Role(metadata=metadata, rules=[rule]))
        rbac.create_namespaced_role_binding(
            each, client.V1RoleBinding(metadata=metadata, role_ref=role, subjects=[subject])
        )
    request = client.AuthenticationV1TokenRequest(spec=client.V1TokenRequestSpec(audiences=["https://local"]))
    answer = cluster.core.create_namespaced_service_account_token("reader", namespace, request)
    assert answer.status
    assert answer.status.token
    return cluster.write_kubeconfig(f"reader-{namespace}", answer.status.token)
