"""One stack of a project: preview, update, adoption of existing resources, and its state."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pulumi import automation
from pulumi.automation import EngineEvent

from seldon_secrets_pulumi.automation.changes import (
    Change,
    changes_state,
    finished_change,
    planned_change,
    planned_provider,
)
from seldon_secrets_pulumi.automation.failures import StackError, StackLockedError, stack_errors
from seldon_secrets_pulumi.automation.state_files import StateFiles

_Result = TypeVar("_Result")
_STACK_TYPE = "pulumi:pulumi:Stack"
_FORCE = {"PULUMI_K8S_ENABLE_PATCH_FORCE": "true"}
# The Kubernetes provider asks the API server at most 120 times per second, and several times about each Secret
# (pulumi-kubernetes `provider/pkg/provider/provider.go`, kubeClientSettings). The API server has limits of its own.
_UNLIMITED = {"PULUMI_K8S_CLIENT_QPS": "2000", "PULUMI_K8S_CLIENT_BURST": "4000"}
_SAVE_ONCE = {"PULUMI_SKIP_CHECKPOINTS": "true"}


@dataclass(frozen=True)
class Preview:
    """What an update would do."""

    changes: Sequence[Change] = ()
    providers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """The inputs of the Kubernetes providers by URN. Secret ones are hidden."""
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The stack's configuration. Secret values are hidden."""
    is_empty: bool = False
    """Whether the update would change neither a resource nor the stack's state."""


class Stack:
    """A stack. Every method raises `StackError` or `StoppedError`."""

    def __init__(self, stack: automation.Stack, state_files: StateFiles) -> None:
        self.name = stack.name
        self._stack = stack
        self._state_files = state_files

    def preview(self, *, refresh: bool, force_conflicts: bool = False) -> Preview:
        """What an update would do. With `force_conflicts`, as if no other client owned fields of its objects."""
        events = _Events()
        # A preview is a dry run for the API server, so that force changes nothing (pulumi-kubernetes
        # `provider/pkg/await/await.go`, ssaUpdate).
        variables = _UNLIMITED | (_FORCE if force_conflicts else {})
        with self._errors(events.errors), self._variables(variables):
            self._stack.preview(on_event=events.add, refresh=refresh)
        return Preview(
            events.planned,
            events.providers,
            events.settings,
            is_empty=not (refresh or events.changes_state),
        )

    def up(
        self,
        on_change: Callable[[Change], None],
        on_message: Callable[[str], None],
        *,
        refresh: bool,
        save_once: bool = False,
    ) -> list[Change]:
        """Update the stack, and return what was done. `on_change` is called after each operation.

        With `save_once`, pulumi saves the state at the end of the update, and not after each change of a resource.
        """

        def update() -> list[Change]:
            events = _Events(on_change)
            variables = _UNLIMITED | (_SAVE_ONCE if save_once else {})
            with self._errors(events.errors), self._variables(variables):
                self._stack.up(
                    on_event=events.add, refresh=refresh, show_secrets=False, suppress_outputs=True
                )
            return events.planned

        return self._without_abandoned_lock(update, on_message)

    def adopt(
        self, resources: list[Any], name_table: dict[str, str], on_message: Callable[[str], None]
    ) -> None:
        """Make existing objects resources of the stack. See `Stack.import_resources` of pulumi."""

        def import_resources() -> None:
            with self._errors():
                self._stack.import_resources(
                    resources=resources,
                    name_table=name_table,
                    protect=False,
                    generate_code=False,
                    show_secrets=False,
                )

        self._without_abandoned_lock(import_resources, on_message)

    def state(self) -> Mapping[str, Any]:
        """The decrypted state. Never show it."""
        with self._state_files.explained_errors(self.name):
            try:
                return self._stack.export_stack().deployment or {}
            except automation.CommandError:
                # The error's text has what pulumi wrote to standard output: the state.
                raise StackError("the stack's state can't be read") from None

    def kubernetes_settings(self) -> Mapping[str, str]:
        """How the stack's settings reach a cluster: `context` and `kubeconfig`, if they are set. Never show them."""
        with self._errors():
            settings = self._stack.get_all_config()
        names = ("context", "kubeconfig")
        return {
            name: settings[f"kubernetes:{name}"].value for name in names if f"kubernetes:{name}" in settings
        }

    def clear_pending_creations(self, state: Mapping[str, Any]) -> None:
        """Forget the unfinished creations of the stack's state, and change nothing else about it."""
        # The target is the only resource to be refreshed, and one that exists nowhere but in the state.
        roots = [
            resource["urn"] for resource in state.get("resources") or () if resource["type"] == _STACK_TYPE
        ]
        with self._errors():
            self._stack.refresh(clear_pending_creates=True, target=roots, show_secrets=False)

    @contextmanager
    def _variables(self, variables: Mapping[str, str]) -> Iterator[None]:
        """Environment variables for pulumi and its providers. Those of the user's take precedence."""
        workspace = self._stack.workspace
        previous = workspace.env_vars
        unset = {name: value for name, value in variables.items() if name not in os.environ}
        workspace.env_vars = {**previous, **unset}
        try:
            yield
        finally:
            workspace.env_vars = previous

    @contextmanager
    def _errors(self, reported: Sequence[str] = ()) -> Iterator[None]:
        with self._state_files.explained_errors(self.name), stack_errors(self.name, reported):
            yield

    def _without_abandoned_lock(
        self, operation: Callable[[], _Result], on_message: Callable[[str], None]
    ) -> _Result:
        """The operation, once more if a dead process of this machine left a lock behind."""
        try:
            return operation()
        except StackLockedError as error:
            if not error.is_abandoned:
                raise
            on_message(f"removing the lock of {error.holder}: that process no longer runs")
            with self._errors():
                self._stack.cancel()
            return operation()


class _Events:
    """The events of one operation. Pulumi sends them on another thread."""

    def __init__(self, on_change: Callable[[Change], None] | None = None) -> None:
        self.errors: list[str] = []
        self.planned: list[Change] = []
        self.providers: dict[str, Mapping[str, Any]] = {}
        self.settings: Mapping[str, str] = {}
        self.changes_state = False
        self._on_change = on_change

    def add(self, event: EngineEvent) -> None:
        """Read one event."""
        if event.prelude_event:
            self.settings = event.prelude_event.config
        if event.diagnostic_event and event.diagnostic_event.severity == "error":
            self.errors.append(event.diagnostic_event.message)
        if change := planned_change(event):
            self.planned.append(change)
        if provider := planned_provider(event):
            self.providers.update([provider])
        self.changes_state |= changes_state(event)
        if self._on_change and (change := finished_change(event)):
            self._on_change(change)
