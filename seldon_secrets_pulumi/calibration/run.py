"""One calibration: create a bucket secret in each format through the platform, read both from Kubernetes, delete them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone

from seldon_secrets_pulumi.calibration.comparison import format_labels
from seldon_secrets_pulumi.calibration.interrupts import interrupts_deferred
from seldon_secrets_pulumi.calibration.sample import (
    REMOTE_TYPE,
    VARIABLES,
    is_leftover,
    new_remote,
    of_remote,
)
from seldon_secrets_pulumi.errors import SeldonSecretsError
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from seldon_secrets_pulumi.platform_api.errors import ForbiddenError, PlatformError
from seldon_secrets_pulumi.platform_api.permissions import missing_actions
from seldon_secrets_pulumi.platform_api.platform import Platform

_SECONDS_UNTIL_VISIBLE = 20
_POLL_SECONDS = 0.2

Report = Callable[[str], None]


@dataclass(frozen=True)
class Calibration:
    """What the platform wrote in each format."""

    secrets: Mapping[str, LiveSecret]
    remotes: Mapping[str, str]
    format_labels: list[FormatLabel] = field(default_factory=list)


def calibrate(platform: Platform, cluster: Cluster, namespace: str, report: Report) -> Calibration:
    """Find out what the platform writes. Nothing that existed before is changed, and nothing is left behind.

    Raises `ClusterError`, `PlatformError`, or `LeftBehindError` if a Secret could not be deleted.
    """
    _remove_leftovers(platform, cluster, namespace, report)
    _check_permissions(platform, namespace)
    remotes = {name: new_remote() for name in FORMATS}
    with _deleted_at_the_end(platform, cluster, namespace, remotes, report):
        secrets = {name: _created(platform, cluster, namespace, name, remotes[name]) for name in FORMATS}
    return Calibration(secrets, remotes, format_labels(secrets, remotes))


class LeftBehindError(SeldonSecretsError):
    """The platform did not delete Secrets that calibration made."""


def _check_permissions(platform: Platform, namespace: str) -> None:
    try:
        permissions = platform.permissions()
    except PlatformError as error:
        if isinstance(error, ForbiddenError):
            return  # the calls themselves will tell
        raise
    if missing := missing_actions(permissions, namespace):
        grants = ", ".join(f"{action} on namespace/{namespace}" for action in missing)
        raise ForbiddenError(f"the policies of {platform} do not permit you to calibrate: you need {grants}")


def _created(
    platform: Platform, cluster: Cluster, namespace: str, format_name: str, remote: str
) -> LiveSecret:
    with interrupts_deferred():  # otherwise the Secret could appear after it was deleted
        platform.create_bucket_secret(namespace, remote, format_name, REMOTE_TYPE, VARIABLES)
    deadline = time.monotonic() + _SECONDS_UNTIL_VISIBLE
    while (secret := of_remote(_secrets(cluster, namespace), remote)) is None:
        if time.monotonic() > deadline:
            raise PlatformError(
                f"{platform} created a bucket secret ({format_name}), but it is not in the namespace {namespace} of this"
                " cluster; do --platform and --context belong together?"
            )
        time.sleep(_POLL_SECONDS)
    return secret


def _secrets(cluster: Cluster, namespace: str) -> Iterator[LiveSecret]:
    return cluster.secrets([namespace], lambda _: None)


@contextmanager
def _deleted_at_the_end(
    platform: Platform, cluster: Cluster, namespace: str, remotes: Mapping[str, str], report: Report
) -> Iterator[None]:
    try:
        yield
    finally:
        with interrupts_deferred():
            _delete(platform, namespace, _made(platform, cluster, namespace, remotes), report)


def _made(platform: Platform, cluster: Cluster, namespace: str, remotes: Mapping[str, str]) -> list[str]:
    """The names of the Secrets that were made. The platform knows them even if it belongs to another cluster."""
    in_cluster = list(_secrets(cluster, namespace))
    made = [secret.name for remote in remotes.values() if (secret := of_remote(in_cluster, remote))]
    if len(made) < len(remotes):
        with suppress(PlatformError):
            listed = platform.secrets(namespace, search="cal")
            made += [each.name for each in listed if each.name.startswith(tuple(remotes.values()))]
    return sorted(set(made))


def _remove_leftovers(platform: Platform, cluster: Cluster, namespace: str, report: Report) -> None:
    now = datetime.now(timezone.utc)
    leftovers = [secret.name for secret in _secrets(cluster, namespace) if is_leftover(secret, now)]
    for name in leftovers:
        report(f"removing {namespace}/{name}, which an interrupted calibration left behind")
    _delete(platform, namespace, leftovers, report)


def _delete(platform: Platform, namespace: str, names: Sequence[str], report: Report) -> None:
    def is_deleted(name: str) -> bool:
        try:
            platform.delete_bucket_secret(namespace, name)
        except PlatformError as error:
            report(str(error))
            return False
        return True

    if kept := [name for name in names if not is_deleted(name)]:
        raise LeftBehindError(
            f"Secrets of this calibration remain; delete them: kubectl delete secret -n {namespace} {' '.join(kept)}"
        )
