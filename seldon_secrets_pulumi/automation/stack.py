"""Pulumi as a rollout runs it: it can be stopped cleanly, and its errors are told in a few lines."""

import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation import EngineEvent, errors
from pulumi.automation._cmd import CommandResult, OnOutput
from pulumi.automation._stack import StackInitMode

Listener = Callable[[EngineEvent], None]
# pulumi `pkg/backend/diy/lock.go`
_LOCK = re.compile(r"created by (?P<who>\S+@(?P<host>\S+)) \(pid (?P<pid>\d+)\) at (?P<since>\S+)")
_MARKUP = re.compile(r"<\{%.*?%\}>")
# Kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go`
_FORBIDDEN = re.compile(
    r'User "(?P<who>[^"]+)" cannot (?P<verb>\S+) resource "(?P<what>[^"]+)" in API group "[^"]*"'
    r'(?: in the namespace "(?P<where>[^"]+)")?'
)
# A killed engine can leave an empty file of attributes, which is not written in one step (gocloud.dev
# `blob/fileblob/attrs.go`).
_TORN = "failed to load checkpoint: EOF"
# What the engine says after the reason.
_NO_REASON = {"update failed", "preview failed"}
_ERROR_LINES = 20


class Stopped(Exception):  # noqa: N818 - it is what was asked for
    """The user asked to stop."""


class StackFailed(Exception):  # noqa: N818 - it is shown as a sentence
    """Why an operation on a stack failed."""


class Interruptible(automation.PulumiCommand):
    """Runs pulumi in a session of its own, where a terminal's Ctrl-C does not reach it a second time."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping = threading.Event()
        self._running: set[subprocess.Popen[str]] = set()

    def stop(self) -> None:
        """Ask all that runs to end as after Ctrl-C: operations under way are finished, the lock is released."""
        self.stopping.set()
        for process in list(self._running):
            process.send_signal(signal.SIGINT)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,  # noqa: ARG002 - events are listened to instead
        on_error: OnOutput | None = None,  # noqa: ARG002
    ) -> CommandResult:
        """What the base class does, with the process at hand for `stop`."""
        if self.stopping.is_set():
            raise Stopped
        process = subprocess.Popen(  # noqa: S603
            [self.command, "--non-interactive", *args],
            cwd=cwd,
            env={**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        self._running.add(process)
        if self.stopping.is_set():  # while it was started
            process.send_signal(signal.SIGINT)
        try:
            stdout, stderr = process.communicate()
        finally:
            self._running.discard(process)
        result = CommandResult(stdout=stdout.rstrip(), stderr=stderr.rstrip(), code=process.returncode)
        if result.code != 0:
            if self.stopping.is_set():
                raise Stopped
            raise errors.create_command_error(result)
        return result


class _Workspace(automation.LocalWorkspace):
    """Leaves the stack that the user has selected in the project as it is."""

    def select_stack(self, stack_name: str) -> None:
        self._run_pulumi_cmd_sync(["stack", "--show-name", "--stack", stack_name])


class _Stack(automation.Stack):
    def outputs(self) -> automation.OutputMap:
        """None: an update would read them twice, decrypted, and a rollout needs none."""
        return {}

    def info(self, show_secrets: bool = True) -> automation.UpdateSummary:  # noqa: ARG002
        """Empty too: the events have told it, and reading the history is one more way to fail after an update."""
        return automation.UpdateSummary(
            kind="", start_time=datetime.now(timezone.utc), message="", environment={}, config={}, result=""
        )


class Engine:
    """The stacks of one project."""

    def __init__(self, folder: Path) -> None:
        self.command = Interruptible()
        self._workspace = _Workspace(work_dir=str(folder), pulumi_command=self.command)

    def stack(self, name: str) -> "Stack":
        """A stack that is there. Raises `StackNotFoundError`, and `StackFailed` when it can't be read."""
        try:
            return Stack(_Stack(name, self._workspace, StackInitMode.SELECT), self.command)
        except errors.StackNotFoundError:
            raise
        except errors.CommandError as error:
            raise StackFailed(f"it can't be read: {reason(error)}") from None

    def run(self, *arguments: str) -> str:
        """What a command of pulumi prints in the project's folder. Raises `StackFailed`."""
        try:
            return self._workspace._run_pulumi_cmd_sync(list(arguments)).stdout  # noqa: SLF001 - as _Stack does
        except errors.CommandError as error:
            raise StackFailed(reason(error)) from None

    def names(self) -> list[str]:
        """The project's stacks."""
        return [it.name for it in self._workspace.list_stacks()]


class Stack:
    """One stack. Every method raises `StackFailed` or `Stopped`."""

    def __init__(self, stack: automation.Stack, command: Interruptible) -> None:
        self.name = stack.name
        self._stack = stack
        self._command = command

    def preview(self, hear: Listener, *, refresh: bool) -> None:
        """Tell the listener what an update would do."""
        self._run(self._stack.preview, hear, refresh=refresh)

    def up(self, hear: Listener, say: Callable[[str], None], *, refresh: bool) -> None:
        """Update the stack. A lock that a dead process on this machine left behind is removed, and said."""

        def update() -> None:
            self._run(self._stack.up, hear, refresh=refresh, show_secrets=False, suppress_outputs=True)

        self._unlocked(update, say)

    def adopt(self, file: Path, say: Callable[[str], None]) -> None:
        """Take over the resources that an import file names. Abandoned locks are removed, as by `up`."""
        options = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false", "--color=never"]

        def adoption(**_: object) -> None:
            self._stack._run_pulumi_cmd_sync(["import", "--file", str(file), *options])  # noqa: SLF001

        self._unlocked(lambda: self._run(adoption, lambda _: None, refresh=False), say)

    def _unlocked(self, operation: Callable[[], None], say: Callable[[str], None]) -> None:
        try:
            operation()
        except _Locked as locked:
            if not locked.abandoned:
                raise
            say(f"removing the lock that {locked.holder} left; that process is gone")
            self._stack.cancel()
            operation()

    def state(self) -> Mapping[str, Any]:
        """The decrypted state. Never show it."""
        try:
            return self._stack.export_stack().deployment or {}
        except errors.CommandError:
            raise StackFailed("its state can't be read") from None

    def _run(
        self, operation: Callable[..., object], hear: Listener, *, refresh: bool, **options: Any
    ) -> None:
        told: list[str] = []

        def listen(event: EngineEvent) -> None:
            if event.diagnostic_event and event.diagnostic_event.severity == "error":
                told.append(event.diagnostic_event.message)
            hear(event)

        try:
            operation(on_event=listen, color="never", refresh=refresh or None, **options)
        except errors.ConcurrentUpdateError as error:
            raise _Locked(self.name, str(error)) from None
        except errors.CommandError as error:
            raise StackFailed(reason(error, told)) from None


class _Locked(StackFailed):
    """Somebody else updates the stack."""

    def __init__(self, stack: str, printed: str) -> None:
        holders = list(_LOCK.finditer(printed))
        self.holder = " and ".join(f"{it['who']} (process {it['pid']}) since {it['since']}" for it in holders)
        # The process can be asked for only where it runs.
        self.abandoned = bool(holders) and all(
            it["host"] == socket.gethostname() and not _alive(int(it["pid"])) for it in holders
        )
        by = (
            f"by {self.holder}"
            if holders
            else "by another update; `pulumi stack` tells by whom and since when"
        )
        super().__init__(
            f"it is locked {by}. Wait for it; only if it is dead: `pulumi cancel --stack {stack}`"
        )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A process whose parent does not wait for it is dead, though its number is still taken.
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def reason(error: automation.CommandError, told: Sequence[str] = ()) -> str:
    """Why a command of pulumi failed, in a few lines. `told` are the errors among its events."""
    messages = dict.fromkeys(_told(it) for it in told) or {_told(_printed(error)): None}
    reasons = [it for it in messages if it not in _NO_REASON] or list(messages)
    return "\n".join("\n".join(reasons).splitlines()[-_ERROR_LINES:])


def _printed(error: automation.CommandError) -> str:
    """What pulumi wrote to its error stream, or the errors among what it tells of an operation."""
    printed, _, errors_ = str(error).rpartition("\n stderr: ")
    told = (line.strip() for line in printed.splitlines())
    return errors_.strip() or "\n".join(line for line in told if line.startswith("error: "))


def _told(message: str) -> str:
    """The message, or in one line what it is about where the engine does not say, or says so for every Secret."""
    if denied := _FORBIDDEN.search(message):
        where = f"in the namespace {denied['where']}" if denied["where"] else "in the whole cluster"
        return f"you ({denied['who']}) may not {denied['verb']} {denied['what']} {where}"
    if _TORN in message:
        return f"{_TORN}. The file beside the stack's state that ends in .attrs is empty, since pulumi was killed: delete it"
    return _MARKUP.sub("", message).strip()
