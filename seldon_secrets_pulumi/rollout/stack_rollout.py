"""The rollout of one stack, step by step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from seldon_secrets_pulumi.automation.changes import Change
from seldon_secrets_pulumi.automation.failures import FieldConflictError, StackError
from seldon_secrets_pulumi.automation.pending import pending_creations
from seldon_secrets_pulumi.automation.project import Project
from seldon_secrets_pulumi.automation.stack import Preview, Stack
from seldon_secrets_pulumi.errors import RefusedError, SeldonSecretsError, StoppedError, UsageError
from seldon_secrets_pulumi.model.setting_names import PREFIX
from seldon_secrets_pulumi.model.stack_annotations import stack_annotations
from seldon_secrets_pulumi.platform_api.settings import PlatformSettings
from seldon_secrets_pulumi.rollout.changes import OPERATIONS, Changes
from seldon_secrets_pulumi.rollout.cluster_check import SecretsByOperation, unmet_needs
from seldon_secrets_pulumi.rollout.declared import Declared
from seldon_secrets_pulumi.rollout.existing import existing_secrets, obstacles, refusal
from seldon_secrets_pulumi.rollout.intent import IntentFile
from seldon_secrets_pulumi.rollout.interrupted import left_behind, other_creations, removal
from seldon_secrets_pulumi.rollout.orphans import Orphan, Search
from seldon_secrets_pulumi.rollout.outcome import Outcome, Result
from seldon_secrets_pulumi.rollout.planned import created_namespaces, kept, planned_secrets
from seldon_secrets_pulumi.rollout.platform_verification import verify_with_platform
from seldon_secrets_pulumi.rollout.reporter import Reporter
from seldon_secrets_pulumi.rollout.retries import with_retries
from seldon_secrets_pulumi.rollout.saving import obstacle
from seldon_secrets_pulumi.rollout.takeover import Takeover, are_lost, take_over, takeovers
from seldon_secrets_pulumi.rollout.verification import (
    Clusters,
    ExpectedSecret,
    Verification,
    expected_secrets,
    verify,
)

_PLATFORM = f"{PREFIX}platform"
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Options:
    """How to roll out."""

    preview_only: bool = False
    refresh: bool = False
    """Compare with the cluster first, and not only with the state."""
    allow_replace: bool = False
    allow_delete: bool = False
    adopt: bool = False
    """Overwrite Secrets that exist already and come from somebody else."""
    repair: bool = False
    """Compare with the cluster, and look for everything that an interrupted update left there."""
    fast: bool = True
    """Save the state once per update where that is safe."""
    platform: Callable[[str | None], PlatformSettings | None] = lambda _: None
    """Which platform verifies the Secrets of a stack with this setting. Raises `UsageError`."""

    @property
    def goal(self) -> Result:
        """The result of a stack with which everything went well."""
        return Result.PREVIEWED if self.preview_only else Result.DONE


class StackRollout:
    """The steps for one stack, in order: `open`, `preview`, `update`.

    A step that fails raises an error; `attempt` records it.
    """

    _stack: Stack
    _intent: IntentFile
    _interrupted: set[str] | None
    """What an interrupted update may have created. None if no update was interrupted."""
    _preview: Preview
    _platform: PlatformSettings | None

    def __init__(
        self, project: Project, name: str, options: Options, reporter: Reporter, declared: Declared
    ) -> None:
        self.name = name
        self._declared = declared
        self.outcome = Outcome(name)
        self.changes = Changes()
        self._takeovers: list[Takeover] = []
        self._orphans: list[Orphan] = []
        self._clusters = Clusters()
        self._project = project
        self._options = options
        self._reporter = reporter

    def attempt(self, step: Callable[["StackRollout"], None]) -> bool:
        """Run a step. Record and report why it failed. Returns whether it succeeded."""
        try:
            step(self)
        except UsageError:
            raise
        except StoppedError as error:
            self._fail(Result.STOPPED, str(error))
        except RefusedError as error:
            self._fail(Result.REFUSED, str(error), Result.REFUSED)
        except SeldonSecretsError as error:
            self._fail(Result.FAILED, str(error))
        else:
            return True
        return False

    def _fail(self, result: Result, reason: str, reported: Result = Result.FAILED) -> None:
        self.outcome.result = result
        self._reporter.problem(self.name, reported, reason)

    def open(self) -> None:
        """Find the stack. Raises `UsageError` if it does not exist."""
        self._stack = self._project.stack(self.name)
        self._intent = IntentFile(self._project.backend, self._project.folder, self.name)

    def preview(self) -> None:
        """Find out what an update would do."""
        self._reporter.start_phase(self.name, "preview", 0)
        self._interrupted = self._intent.read()
        if self._interrupted is not None:
            self._on_message("an earlier update was interrupted or failed; comparing with the cluster")
        try:
            self._preview = self._engine_preview()
        except FieldConflictError as conflict:
            self._preview = self._preview_takeovers(conflict)
        self._platform = self._options.platform(self._preview.settings.get(_PLATFORM))
        planned = planned_secrets(self._preview, self._stack.state)
        self._check_cluster(planned)
        self._find_orphans(planned)
        deletions = [orphan.deletion for orphan in self._orphans]
        self.changes = Changes([*self._preview.changes, *deletions])
        self.outcome.changes = self.changes.counts
        self.outcome.result = Result.PREVIEWED

    @property
    def _refresh(self) -> bool:
        """Whether to compare with the cluster, and not only with the state."""
        return self._options.refresh or self._options.repair or self._interrupted is not None

    def _engine_preview(self, *, force_conflicts: bool = False) -> Preview:
        return self._retried(
            lambda: self._stack.preview(refresh=self._refresh, force_conflicts=force_conflicts)
        )

    def _retried(self, read: Callable[[], _Result]) -> _Result:
        """What `read` returns, tried again if an API server fails for a moment."""
        return with_retries(read, self._project.command.wait, self._on_message)

    def _find_orphans(self, planned: SecretsByOperation) -> None:
        """Find what an interrupted update created, and the stack neither has nor declares."""
        if self._options.repair or self._interrupted:
            resources = [secret for secrets in planned.values() for secret in secrets]
            self._orphans = self._search_orphans(resources, everywhere=self._options.repair)

    def _search_orphans(self, resources: Sequence[ExpectedSecret], *, everywhere: bool) -> list[Orphan]:
        annotations = stack_annotations(self._project.backend.project(), self.name.rpartition("/")[2])
        search = Search(annotations, self._interrupted or (), everywhere)
        return search.orphans(resources, self._stack.kubernetes_settings(), self._clusters)

    def _check_cluster(self, planned: SecretsByOperation) -> None:
        """Check what the update needs in its clusters, and what it would overwrite there."""
        namespaces = created_namespaces(self._preview)
        if unmet := self._retried(lambda: list(unmet_needs(planned, namespaces, self._clusters))):
            raise StackError("\n".join(unmet))
        self._declared.add(self.name, kept(planned), self._clusters)
        created = self._newly_named(planned)
        existing = self._retried(lambda: existing_secrets(created, self._clusters))
        if not existing:
            return
        if not self._options.adopt:
            raise RefusedError(refusal(existing, self.name))
        if problems := list(obstacles(existing)):
            raise StackError("\n".join(problems))
        for secret in existing:
            self._on_message(f"the update overwrites a Secret: {secret}")
        self._takeovers += [secret.takeover for secret in existing]

    def _newly_named(self, planned: SecretsByOperation) -> list[ExpectedSecret]:
        """The Secrets whose names the stack does not have yet."""
        created = list(planned.get("create", ()))
        if replaced := planned.get("replace", ()):
            owned = {secret.id for secret in expected_secrets(self._stack.state())}
            created += [secret for secret in replaced if secret.id not in owned]
        return created

    def _preview_takeovers(self, conflict: FieldConflictError) -> Preview:
        """Find out what an update would do after it took over fields from lost field managers of Pulumi's."""
        secrets = expected_secrets(self._stack.state())
        if not are_lost(conflict.managers, secrets):
            raise conflict
        preview = self._engine_preview(force_conflicts=True)
        self._takeovers = self._retried(lambda: takeovers(secrets, preview.changes, self._clusters))
        if not self._takeovers:
            raise conflict
        managers = sorted({manager for takeover in self._takeovers for manager in takeover.managers})
        secrets_text = f"{number} Secrets" if (number := len(self._takeovers)) > 1 else "1 Secret"
        self._on_message(
            f"the update takes over the fields of {secrets_text} from {', '.join(managers)}, which earlier updates used"
        )
        return preview

    def closed_gates(self) -> dict[str, list[str]]:
        """The options that would allow the update, each with the names of the resources that need it."""
        gates = {
            "--allow-replace": [] if self._options.allow_replace else self.changes.replacements,
            "--allow-delete": [] if self._options.allow_delete else self.changes.deletions,
        }
        return {option: names for option, names in gates.items() if names}

    def update(self) -> None:
        """Update the stack, and verify its Secrets."""
        is_needed = self._takeovers or self._orphans or not self._preview.is_empty
        if is_needed or obstacle(self._preview):
            self._update()
        state = self._stack.state()
        secrets = expected_secrets(state)
        self._verify(secrets)
        self._finish_interrupted_update(state)
        self._report_orphans(secrets)
        if self._platform and (number := verify_with_platform(secrets, self._platform)):
            self._on_message(f"{self._platform} lists all {number} Secrets in the right format")
        self._on_message("updated and verified" if self.changes.changed else "verified, nothing to update")
        self.outcome.result = Result.DONE

    def _update(self) -> None:
        self._reporter.start_phase(self.name, "up", len(self.changes.changed))
        save_once = self._can_save_once()
        take_over(self._takeovers, self._clusters)
        done = self._stack.up(self._on_change, self._on_message, refresh=self._refresh, save_once=save_once)
        for orphan in self._orphans:
            orphan.delete()
            self._on_change(orphan.deletion)
            done.append(orphan.deletion)
        self._intent.remove()
        self.outcome.changes = Changes(done).counts

    def _can_save_once(self) -> bool:
        """Whether pulumi may save the state only at the end. Then what it is about to create is written down."""
        if not (self._options.fast and self._project.backend.rewrites_state):
            return False
        reason = obstacle(self._preview)
        if reason is None:
            created = {
                change.object_name if "/" in change.object_name else f"default/{change.object_name}"
                for change in self.changes.secrets
                if change.operation in {"create", "replace"}
            }
            try:
                self._intent.write(created | (self._interrupted or set()))
            except OSError:
                reason = f"{self._intent.path} can't be written"
            else:
                return True
        self._on_message(f"pulumi saves the state after each change: {reason}; see docs/scale.md")
        return False

    def _finish_interrupted_update(self, state: Mapping[str, Any]) -> None:
        """Clear the creations that an interrupted update left pending, if nothing of them is left in a cluster."""
        if not pending_creations(state):
            return
        if secrets := left_behind(state, self._clusters):
            raise StackError(removal(secrets))
        if message := other_creations(state, self.name):
            self._on_message(message)
            return
        self._stack.clear_pending_creations(state)
        self._on_message("cleared the pending operations of an interrupted update")

    def _report_orphans(self, secrets: Sequence[ExpectedSecret]) -> None:
        """Name what an update on another machine left behind: the next one may not have its file."""
        if not self._project.backend.rewrites_state or self._project.backend.folder():
            return
        for orphan in self._search_orphans(secrets, everywhere=True) if secrets else ():
            self._on_message(
                f"this stack created {orphan.secret}, but does not have it any more; --repair deletes it"
            )

    def _on_change(self, change: Change) -> None:
        if change.operation in OPERATIONS and change.operation != "same":
            self._reporter.finish_resource(self.name, change.operation, change.object_name)

    def _on_message(self, text: str) -> None:
        self._reporter.message(self.name, text)

    def _verify(self, secrets: Sequence[ExpectedSecret]) -> None:
        self._reporter.start_phase(self.name, "verify", len(secrets))
        self.outcome.verified = 0
        verifications = []
        for verification in verify(secrets, self._clusters, self._project.command.wait, self._on_message):
            self._project.command.raise_if_stopped()
            verifications.append(verification)
            self.outcome.verified += not (verification.differences or verification.unread)
            self._reporter.finish_resource(self.name, "verify", verification.secret)
        _raise_for(verifications)


def _raise_for(verifications: Sequence[Verification]) -> None:
    unread = dict.fromkeys(verification.unread for verification in verifications if verification.unread)
    if unread:
        raise StackError("updated, but the Secrets can't be verified: " + "; ".join(unread))
    differences = [
        f"{verification.secret}: {difference}"
        for verification in verifications
        for difference in verification.differences
    ]
    if differences:
        raise StackError(
            "Secrets in the cluster differ from the stack's state (--refresh re-creates missing ones, see"
            " docs/rollout.md):\n" + "\n".join(differences)
        )
