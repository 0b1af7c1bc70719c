"""doctor and the components judge the same options alike, long values included."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seldon_secrets_pulumi.doctor import diagnose
from seldon_secrets_pulumi.inventory.secret import read_secret
from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend
from tests.support.wrong_secrets import text

VALUES = ["1", "true", "x", "1" * 1024, "1" * 1025, "a " * 999, "a " * 1001, ":memory:", "%(a)s", "\n", '"x']
# These types have no checks in doctor beyond those of all options.
TYPES = ["s3", "sftp", "union", "webdav", "seafile", "storj", "sugarsync", "azureblob"]


@st.composite
def options(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    type_ = draw(st.sampled_from(TYPES))
    # doctor only warns of an unknown provider.
    names = st.sampled_from(sorted({*backend(type_).options, "nonsense"} - {"provider"}))
    return type_, draw(st.dictionaries(names, st.sampled_from(VALUES), max_size=3))


def is_accepted(type_: str, parameters: dict[str, str]) -> bool:
    arguments: dict[str, Any] = {"type": type_, "parameters": parameters, "obscured": True}
    try:
        AnyBackendBucket.parse(
            {"remote": "models", "namespace": "team", "formats": ["config_param"], **arguments}
        )
    except InvalidArguments:
        return False
    return True


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(options())
def test_what_a_component_refuses_is_a_finding(remote: tuple[str, dict[str, str]]) -> None:
    type_, parameters = remote
    value = json.dumps({"name": "models", "type": type_, "parameters": parameters})
    # The rules of the typed components are stricter than those of RcloneBucketSecret.
    findings = diagnose([read_secret(text(value))], ignore=["refused-value"])
    # rclone ignores an option that it does not know, so that one is a warning.
    errors = [each for each in findings if each.is_error or each.check == "unknown-option"]
    assert (not errors) is is_accepted(type_, parameters), errors
