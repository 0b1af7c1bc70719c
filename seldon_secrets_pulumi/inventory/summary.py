"""What may be shown of a Secret: everything but its values."""

from dataclasses import dataclass

from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.inventory.visibility import (
    is_offered,
    labelled_format,
    platform_format,
    reasons_not_offered,
)
from seldon_secrets_pulumi.model.remote import uri_prefix
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel


@dataclass(frozen=True, slots=True)
class SecretSummary:
    """One row of `list`.

    `format` is what Seldon Enterprise Platform assumes of a bucket secret, `assumed` tells that no label says so, and
    `actual_format` is what the data is in. `seen` is None if the labels of the namespace are not known.
    """

    secret: str
    namespace: str
    kind: str
    remote: str | None
    type: str | None
    format: str | None
    assumed: bool
    actual_format: str | None
    seen: bool | None
    unseen: tuple[str, ...]
    keys: tuple[str, ...]
    uri_prefix: str | None
    created: str | None


def summarize(secret: LiveSecret, format_label: FormatLabel) -> SecretSummary:
    """The summary of a bucket or registry secret."""
    is_bucket = secret.kind == "bucket"
    remote = secret.remote_name
    return SecretSummary(
        secret=secret.name,
        namespace=secret.namespace,
        kind=secret.kind or "",
        remote=remote,
        type=secret.content.remote.type if is_bucket and secret.content.remote else None,
        format=platform_format(secret, format_label),
        assumed=is_bucket and labelled_format(secret, format_label) is None,
        actual_format=secret.content.format if is_bucket else None,
        seen=is_offered(secret),
        unseen=tuple(reasons_not_offered(secret)),
        keys=tuple(sorted(secret.data)),
        uri_prefix=uri_prefix(remote) if remote else None,
        created=secret.created,
    )
