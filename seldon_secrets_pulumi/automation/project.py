"""A Pulumi project: its folder and its stacks."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pulumi import automation

from seldon_secrets_pulumi.automation.backend import Backend
from seldon_secrets_pulumi.automation.command import InterruptibleCommand
from seldon_secrets_pulumi.automation.failures import StackError, reason
from seldon_secrets_pulumi.automation.quiet_stack import select_stack
from seldon_secrets_pulumi.automation.stack import Stack
from seldon_secrets_pulumi.automation.state_files import StateFiles
from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.problem import did_you_mean


def project_file(folder: Path) -> Path | None:
    """The file that describes the project, or None if the folder has none."""
    files = (folder / f"Pulumi.{suffix}" for suffix in ("yaml", "yml", "json"))
    return next((file for file in files if file.exists()), None)


class _Workspace(automation.LocalWorkspace):
    """A workspace that does not change which stack the user has selected."""

    def select_stack(self, stack_name: str) -> None:
        self.pulumi_command.run(["stack", "--show-name", "--stack", stack_name], self.work_dir, self.env_vars)


class Project:
    """The project in a folder. Only one `command` runs pulumi for it, so that `command.stop` stops all."""

    def __init__(self, folder: Path) -> None:
        """Raises `UsageError` if there is no project in the folder, or no pulumi that can be used."""
        if shutil.which("pulumi") is None:
            raise UsageError("pulumi is not on PATH")
        file = project_file(folder)
        if file is None:
            raise UsageError(f"no Pulumi.yaml in {folder.resolve()}; name the project's folder with --cwd")
        try:
            self.command = InterruptibleCommand()
        except automation.InvalidVersionError as error:
            raise UsageError(str(error)) from None
        self.folder = folder
        self.backend = Backend(file)
        self._state_files = StateFiles(self.backend)
        self._workspace = self._new_workspace()

    def _new_workspace(self) -> _Workspace:
        return _Workspace(work_dir=str(self.folder), pulumi_command=self.command)

    def stack(self, name: str) -> Stack:
        """An existing stack. Raises `UsageError` if there is none of that name, or `StackError`."""
        try:
            # A workspace of its own, because it holds the environment variables of the stack's operations.
            with self._errors("the stack can't be read: ", name):
                return Stack(select_stack(name, self._new_workspace()), self._state_files)
        except automation.StackNotFoundError:
            hint = did_you_mean(name, self._stack_names()) or "`pulumi stack ls` lists the stacks"
            raise UsageError(f"there is no stack {name}; {hint}") from None

    def _stack_names(self) -> list[str]:
        try:
            return [stack.name for stack in self._workspace.list_stacks()]
        except automation.CommandError:  # pulumi lists no stack if it can't read one of them
            return []

    @contextmanager
    def _errors(self, prefix: str = "", stack: str | None = None) -> Iterator[None]:
        with self._state_files.explained_errors(stack):
            try:
                yield
            except automation.StackNotFoundError:
                raise
            except automation.CommandError as error:
                raise StackError(f"{prefix}{reason(error)}") from None

    def run(self, *arguments: str, standard_input: str = "") -> str:
        """The output of a command of pulumi in the project's folder. Raises `StackError` or `StoppedError`."""
        with self._errors():
            return self.command.run(
                list(arguments), self._workspace.work_dir, {}, standard_input=standard_input
            ).stdout
