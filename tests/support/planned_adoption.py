"""Plans of an adoption, and Secrets for them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.adoption.plan import Plan, StackBefore, plan
from seldon_secrets_pulumi.inventory.secret import read_secret
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel

from .canaries import CANARY
from .manifests import BUCKET, secret

S3 = {"provider": "AWS", "access_key_id": "AKIA", "env_auth": "false", "secret_access_key": CANARY}


def s3(namespace: str = "team", **changes: str) -> dict[str, Any]:
    data = ENV_VAR.write(Remote("models", "s3", {**S3, **changes}))
    return secret("models-bucket-envvars", data, namespace, labels=BUCKET)


def params(namespace: str = "team", **changes: str) -> dict[str, Any]:
    data = CONFIG_PARAM.write(Remote("models", "s3", {**S3, **changes}))
    return secret("models-bucket-params", data, namespace, labels=BUCKET)


def planned(
    *secrets: Mapping[str, Any],
    settings: Mapping[str, Any] | None = None,
    state: tuple[str, ...] = (),
    elsewhere: tuple[str, ...] = (),
    label: FormatLabel | None = None,
) -> Plan:
    label = label or FormatLabel()
    stack = StackBefore(settings or {}, Path(), label, frozenset(state), frozenset(elsewhere))
    made = plan(map(read_secret, secrets), stack)
    assert CANARY not in repr(made)
    return made
