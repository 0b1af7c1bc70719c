"""Plans for adopting Secrets, and Secrets for them."""

from collections.abc import Mapping
from typing import Any

from seldon_secrets_pulumi.adoption.plan import Plan, StackContents, plan
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


def plan_for(
    *manifests: Mapping[str, Any],
    settings: Mapping[str, Any] | None = None,
    in_state: tuple[str, ...] = (),
    declared_elsewhere: tuple[str, ...] = (),
    format_label: FormatLabel | None = None,
) -> Plan:
    """The plan for these Secrets and a stack."""
    stack = StackContents(
        format_label or FormatLabel(),
        settings or {},
        in_state=frozenset(in_state),
        declared_elsewhere=frozenset(declared_elsewhere),
        missing_settings={"kubernetes:context": "dev"},
    )
    made = plan(map(read_secret, manifests), stack)
    assert CANARY not in repr(made)
    return made
