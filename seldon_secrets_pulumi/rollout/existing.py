"""Secrets that an update would create, and that exist already.

The Kubernetes provider would merge its keys into such a Secret without a word, or stop at a conflict with its owner.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seldon_secrets_pulumi.inventory.field_ownership import Fields, transfer_patch
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.seldon_labels import MANAGED_BY_LABEL
from seldon_secrets_pulumi.model.stack_annotations import FIELD_MANAGER_ANNOTATION, STACK_ANNOTATION
from seldon_secrets_pulumi.rollout.takeover import Takeover, is_invented
from seldon_secrets_pulumi.rollout.verification import Clusters, ExpectedSecret, by_namespace
from seldon_secrets_pulumi.untrusted_text import printable, quoted

_NAMED = 5  # Secrets in one message


@dataclass(frozen=True)
class ExistingSecret:
    """A planned Secret, and the one of another owner that takes its place."""

    planned: ExpectedSecret
    live: LiveSecret

    def __str__(self) -> str:
        return f"{self.planned.id} exists already, {owner(self.live)}"

    @property
    def takeover(self) -> Takeover:
        """The patch that makes the stack the owner of everything that the Secret's owners have set."""
        manager = self.planned.field_manager or ""
        managers: list[str] = []

        def take(name: str, fields: Fields) -> Fields:
            taken: Fields = {key: fields.pop(key) for key in _WHOLE_FIELDS if key in fields}
            metadata = fields.get("f:metadata", {})
            for field, names in (
                ("f:labels", self.planned.labels),
                ("f:annotations", self.planned.annotations),
            ):
                owned = metadata.get(field, {})
                if keys := [f"f:{key}" for key in names if f"f:{key}" in owned]:
                    taken.setdefault("f:metadata", {})[field] = {key: owned.pop(key) for key in keys}
            if taken:
                managers.append(name)
            return taken

        return Takeover(self.planned, managers, transfer_patch(self.live, manager, take))


# What a stack sets on a Secret, besides its labels and annotations. Everything else stays with its owner.
_WHOLE_FIELDS = ("f:data", "f:stringData", "f:type")


def existing_secrets(created: Iterable[ExpectedSecret], clusters: Clusters) -> list[ExistingSecret]:
    """The Secrets that are there already and do not come from this stack. Raises `ClusterError`."""
    existing = []
    for group in by_namespace(created):
        live = clusters.read(group)
        existing += [
            ExistingSecret(secret, live[secret.name])
            for secret in group
            if secret.name in live and not is_from_stack(live[secret.name], secret.annotations)
        ]
    # Pulumi's order differs from run to run.
    return sorted(existing, key=lambda secret: secret.planned.id)


def is_from_stack(secret: LiveSecret, annotations: Mapping[str, str]) -> bool:
    """Whether an update of the stack that sets these annotations created the Secret: then its next update continues it.

    Others may have copied the Secret with its annotations, but then none of its fields is Pulumi's.
    """
    stack = annotations.get(STACK_ANNOTATION)
    if stack is None or secret.annotations.get(STACK_ANNOTATION) != stack:
        return False
    managers = {entry.get("manager") for entry in secret.managed_fields}
    return annotations.get(FIELD_MANAGER_ANNOTATION) in managers or any(map(is_invented, managers))


def owner(secret: LiveSecret) -> str:
    """Who made a Secret, as far as it says so itself. Anyone may have written it."""
    if stack := secret.annotations.get(STACK_ANNOTATION):
        return f"from the stack {quoted(stack)}"
    for reference in secret.owners:
        return f"owned by {printable(reference.kind)} {printable(reference.name)}"
    if release := secret.annotations.get("meta.helm.sh/release-name"):
        return f"from the Helm release {quoted(release)}"
    tracked = secret.annotations.get("argocd.argoproj.io/tracking-id", "").partition(":")[0]
    if application := tracked or secret.labels.get("argocd.argoproj.io/instance"):
        return f"from the Argo CD application {quoted(application)}"
    managers = dict.fromkeys(str(entry.get("manager")) for entry in secret.managed_fields)
    if managers:
        return f"made by {', '.join(printable(name) for name in list(managers)[:_NAMED])}"
    manager = secret.labels.get(MANAGED_BY_LABEL)
    return f"managed by {printable(manager)}" if manager else "made by somebody else"


def refusal(secrets: Sequence[ExistingSecret], stack: str) -> str:
    """Why the update is refused, and what to do about it."""
    return "\n".join(_refusal_lines(secrets, stack))


def _refusal_lines(secrets: Sequence[ExistingSecret], stack: str) -> Iterator[str]:
    yield from (str(secret) for secret in secrets[:_NAMED])
    if len(secrets) > _NAMED:
        yield f"… and {len(secrets) - _NAMED} more"
    first = secrets[0].planned
    adopt = shlex.join(["seldon-secrets", "import", "--stack", stack, "--namespace", first.namespace])
    delete = shlex.join(["kubectl", "delete", "secret", "--namespace", first.namespace, first.name])
    them = "it" if len(secrets) == 1 else "them"
    yield f"adopt {them} with `{adopt}`, delete {them} (`{delete}`), or pass --adopt to overwrite {them}"


def obstacles(secrets: Iterable[ExistingSecret]) -> Iterator[str]:
    """Why the update can't overwrite some of them: the API server permits no such change."""
    for secret in secrets:
        if secret.live.immutable:
            yield f"{secret.planned.id} is immutable, so it can't be overwritten; delete it first"
        elif secret.planned.field_manager is None:
            yield f"{secret.planned.id} exists already, and the program sets no field manager for it; delete it first"
