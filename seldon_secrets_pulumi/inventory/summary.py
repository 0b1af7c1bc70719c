"""The facts about a Secret that may be shown: everything but its values."""

from collections.abc import Iterator
from dataclasses import dataclass

from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.inventory.visibility import (
    is_offered,
    labelled_format,
    platform_format,
    reasons_not_offered,
)
from seldon_secrets_pulumi.model.remote import Remote, uri_prefix
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel


@dataclass(frozen=True, slots=True)
class SecretSummary:
    """One row of `list`.

    `format` is the format that Seldon Enterprise Platform assumes for a bucket secret, and `assumed` is true if no
    label says so. `actual_format` is the format of the data. `seen` is None if the namespace's labels are unknown.
    `surprises` are the points in which the platform's own answer differs from what the labels say.
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
    surprises: tuple[str, ...] = ()


def summaries(secret: LiveSecret, format_label: FormatLabel) -> Iterator[SecretSummary]:
    """The summary of a bucket or registry secret: one for each remote in it, and at least one."""
    for remote in secret.remotes:
        yield _summary(secret, remote, format_label)


def _summary(secret: LiveSecret, described: Remote | None, format_label: FormatLabel) -> SecretSummary:
    is_bucket = secret.kind == "bucket"
    remote = described.name if described else secret.remote_name
    return SecretSummary(
        secret=secret.name,
        namespace=secret.namespace,
        kind=secret.kind or "",
        remote=remote,
        type=described.type if described else None,
        format=platform_format(secret, format_label),
        assumed=is_bucket and labelled_format(secret, format_label) is None,
        actual_format=secret.content.format if is_bucket else None,
        seen=is_offered(secret),
        unseen=tuple(reasons_not_offered(secret)),
        keys=tuple(sorted(secret.data)),
        uri_prefix=uri_prefix(remote) if remote else None,
        created=secret.created,
    )
