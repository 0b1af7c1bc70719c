"""Existing Secrets become resources of a stack. Their data does not change."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from seldon_secrets_pulumi.adoption.field_ownership import annotations_patch, ownership_patch
from seldon_secrets_pulumi.adoption.outcome import Outcome, outcome_of
from seldon_secrets_pulumi.adoption.plan import Plan
from seldon_secrets_pulumi.adoption.planned_entry import PlannedEntry
from seldon_secrets_pulumi.adoption.reporter import Reporter
from seldon_secrets_pulumi.adoption.target_stack import TargetStack
from seldon_secrets_pulumi.automation.encryption import Encryption
from seldon_secrets_pulumi.automation.pending import pending_creations, unresolved_creations
from seldon_secrets_pulumi.errors import NoAnswerError, RefusedError
from seldon_secrets_pulumi.inventory.cluster import Cluster
from seldon_secrets_pulumi.inventory.source import ClusterSource
from seldon_secrets_pulumi.pulumi_internals import kubernetes_resource_defaults
from seldon_secrets_pulumi.resource_types import SECRET, SELDON_SECRETS
from seldon_secrets_pulumi.stack.file_editor import SettingPath, credential_values

if TYPE_CHECKING:
    from seldon_secrets_pulumi.automation.stack import Stack

_VERBS = ("get", "patch")


def adopt(
    plan: Plan, stack: TargetStack, reporter: Reporter, confirm: Callable[[], bool] | None = None
) -> Outcome:
    """Carry out a plan: write the stack's file, import the Secrets into its state, and preview its next update.

    `confirm` is asked before anything is written. Raises `NoAnswerError` if a permission is missing, `RefusedError` if
    `confirm` returns False, `ClusterError`, `EncryptionError`, `StackError` or `StoppedError`. After an error, read
    the stack again and adopt a new plan, which continues where this one ended.
    """
    check_permissions(plan, stack.cluster)
    if confirm and not confirm():
        raise RefusedError("nothing was written")
    _write_file(plan, stack, reporter)
    pulumi_stack = stack.project.stack(stack.name)
    adopted = [adoption.name for adoption in plan.adoptions]
    if adopted:
        reporter.start_step(f"Adopting {len(adopted)} Secrets", len(adopted))
        _take_ownership(plan, stack, reporter)
        pulumi_stack.adopt(*resources_to_import(stack, adopted), reporter.message)
        _finish_interrupted_update(pulumi_stack, reporter)
    reporter.start_step("Previewing the next update")
    return outcome_of(adopted, pulumi_stack.preview(refresh=False).changes)


def check_permissions(plan: Plan, cluster: Cluster) -> None:
    """Raises `NoAnswerError` if the caller may not change the Secrets to adopt. Other namespaces don't matter."""
    namespaces = sorted({adoption.secret.namespace for adoption in plan.adoptions})
    if not namespaces:
        return
    source = ClusterSource(cluster, namespaces)
    denied = source.denied(namespaces, _VERBS)
    lines = [
        f"you may not {' or '.join(verbs)} Secrets in the namespace {namespace}; adopting them requires it, so nothing"
        " was written"
        for namespace, verbs in denied
    ]
    if lines:
        raise NoAnswerError("\n".join(lines))
    source.check_complete()


def _write_file(plan: Plan, stack: TargetStack, reporter: Reporter) -> None:
    encryption = Encryption(stack.project, stack.name, stack.file.header)
    ciphertexts = _encrypt_credentials(plan.entries, encryption, reporter)
    for key, text in plan.settings.items():
        stack.file.set(key, text)
    for entry, entry_ciphertexts in zip(plan.entries, ciphertexts, strict=True):
        stack.file.add(entry.kind, entry.settings, entry_ciphertexts)
    if plan.entries or plan.settings:
        stack.file.write(encryption.header)


def _encrypt_credentials(
    entries: Sequence[PlannedEntry], encryption: Encryption, reporter: Reporter
) -> list[dict[SettingPath, str]]:
    """The ciphertexts of each entry's credentials, by their place in the entry."""
    credentials = [
        (position, path, value)
        for position, entry in enumerate(entries)
        for path, value in credential_values(entry.kind, entry.settings).items()
    ]
    reporter.start_step("Encrypting", len(credentials))
    encrypted = encryption.encrypted([value for _, _, value in credentials], reporter.advance)
    ciphertexts: list[dict[SettingPath, str]] = [{} for _ in entries]
    for (position, path, _), ciphertext in zip(credentials, encrypted, strict=True):
        ciphertexts[position][path] = ciphertext
    return ciphertexts


def _take_ownership(plan: Plan, stack: TargetStack, reporter: Reporter) -> None:
    for adoption in plan.adoptions:
        secret = adoption.secret
        # Two patches: the client that changes an annotation becomes its owner, whatever the same patch says.
        if operations := annotations_patch(adoption, stack.annotations):
            secret = stack.cluster.patch(secret.namespace, secret.name, operations)
        if operations := ownership_patch(adoption, secret, stack.annotations):
            stack.cluster.patch(secret.namespace, secret.name, operations)
        reporter.advance()


def _finish_interrupted_update(stack: "Stack", reporter: Reporter) -> None:
    """Clear the creations that an interrupted update left pending, unless some may exist outside the stack."""
    state = stack.state()
    if unresolved := unresolved_creations(state):
        names = ", ".join(resource["urn"].rpartition("::")[2] for resource in unresolved)
        reporter.message(
            f"an interrupted update of the stack may have created {names}; run `seldon-secrets rollout {stack.name}`"
        )
    elif pending_creations(state):
        stack.clear_pending_creations(state)
        reporter.message("cleared the pending operations of an interrupted update")


def resources_to_import(
    stack: TargetStack, names: Sequence[str]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The resources for `pulumi import`, without values, and the URNs of the names in them."""
    # To pulumi, a provider of another version than the component's is another provider.
    version = kubernetes_resource_defaults().version
    secrets: list[dict[str, Any]] = [
        {"type": SECRET, "name": name, "id": name, "parent": stack.component, "version": version}
        for name in names
    ]
    if stack.component_urn:
        return secrets, {stack.component: stack.component_urn}
    return [{"type": SELDON_SECRETS, "name": stack.component, "component": True}, *secrets], {}
