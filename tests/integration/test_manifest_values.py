"""doctor finds the manifests that the API server rejects, and no others."""

import json
import ssl
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest

from seldon_secrets_pulumi.inventory.secret import read_secret

from .parts.control_plane import ControlPlane

MANIFESTS: list[tuple[dict[str, Any], bool]] = [
    ({"stringData": {"A": "false"}}, True),
    ({"stringData": {"A": False}}, False),
    ({"stringData": {"A": 5}}, False),
    ({"stringData": {"A": None}}, True),
    ({"data": {"A": None}}, True),
    ({"data": {"A": "plain text"}}, False),
    ({"data": {"A": "YQ"}}, False),
    ({"data": {"A": "Y\nQ=\r\n="}}, True),
    ({"data": {"A": " YQ=="}}, False),
    ({"data": {"A": 5}}, False),
    ({"labels": {"a": None}}, True),
    ({"labels": {"a": True}}, False),
    ({"annotations": {"a": 1}}, False),
]


def is_accepted(cluster: ControlPlane, manifest: dict[str, Any]) -> bool:
    """Whether the API server accepts the manifest. The client of the tests would reject some itself."""
    request = urllib.request.Request(
        f"{cluster.url}/api/v1/namespaces/default/secrets?dryRun=All",
        data=json.dumps(manifest).encode(),
        headers={"Authorization": f"Bearer {cluster.token}", "Content-Type": "application/json"},
    )
    context = ssl.create_default_context(cafile=str(cluster.certificate))
    try:
        with urllib.request.urlopen(request, context=context, timeout=30):
            return True
    except HTTPError as error:
        with error:
            return error.code not in {400, 422}


@pytest.mark.parametrize(("fields", "accepted"), MANIFESTS, ids=json.dumps)
def test_the_api_server_agrees(control_plane: ControlPlane, fields: dict[str, Any], accepted: bool) -> None:
    metadata: dict[str, Any] = {
        "name": "models",
        **{key: fields[key] for key in ("labels", "annotations") if key in fields},
    }
    data: dict[str, Any] = {key: fields[key] for key in ("data", "stringData") if key in fields}
    manifest: dict[str, Any] = {"kind": "Secret", "apiVersion": "v1", "metadata": metadata, **data}
    live = read_secret(manifest)
    assert is_accepted(control_plane, manifest) is accepted
    # kubectl's own validation rejects null ("unknown object type nil").
    has_null = None in next(iter(fields.values())).values()
    assert (not (live.not_strings or live.not_base64)) is (accepted and not has_null)
