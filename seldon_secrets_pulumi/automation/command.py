"""The `pulumi` command as a process that can be stopped."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping

from pulumi import automation
from pulumi.automation.errors import create_command_error

from seldon_secrets_pulumi.errors import StoppedError


class InterruptibleCommand(automation.PulumiCommand):
    """Runs pulumi in a session of its own, so that Ctrl-C in the terminal reaches it only through `stop`."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping = threading.Event()
        self._running: set[subprocess.Popen[str]] = set()

    def stop(self) -> None:
        """Start no more processes, and send SIGINT to those that run.

        On the first SIGINT pulumi finishes the operations under way and releases its lock. On the second it ends
        at once.
        """
        self.stopping.set()
        for process in list(self._running):
            process.send_signal(signal.SIGINT)

    def raise_if_stopped(self) -> None:
        """Raise `StoppedError` after a call of `stop`."""
        if self.stopping.is_set():
            raise StoppedError("stopped by Ctrl-C or SIGTERM")

    def wait(self, seconds: float) -> None:
        """Wait. Raises `StoppedError` as soon as `stop` is called."""
        self.stopping.wait(seconds)
        self.raise_if_stopped()

    def run(  # noqa: PLR0913 - the parameters of the base class, and one more
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: automation.OnOutput | None = None,  # noqa: ARG002 - this package reads events instead
        on_error: automation.OnOutput | None = None,  # noqa: ARG002
        *,
        standard_input: str = "",
    ) -> automation.CommandResult:
        """Run pulumi as the base class does. Raises `CommandError`, or `StoppedError` if `stop` was called."""
        self.raise_if_stopped()
        process = subprocess.Popen(  # noqa: S603
            [self.command, "--non-interactive", "--color=never", *args],
            cwd=cwd,
            env={**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        stdout, stderr = self._communicate(process, standard_input)
        result = automation.CommandResult(stdout.rstrip(), stderr.rstrip(), process.returncode)
        if result.code != 0:
            self.raise_if_stopped()
            raise create_command_error(result)
        return result

    def _communicate(self, process: "subprocess.Popen[str]", standard_input: str) -> tuple[str, str]:
        self._running.add(process)
        if self.stopping.is_set():  # `stop` was called before the process was in the set
            process.send_signal(signal.SIGINT)
        try:
            return process.communicate(standard_input)
        finally:
            self._running.discard(process)
