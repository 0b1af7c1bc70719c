"""Why an operation of pulumi failed, in a few lines."""

import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pulumi import automation

from seldon_secrets_pulumi.automation.transient import are_transient
from seldon_secrets_pulumi.errors import SeldonSecretsError

# pulumi `pkg/backend/diy/lock.go`
_LOCK = re.compile(r"created by (?P<user>\S+@(?P<host>\S+)) \(pid (?P<pid>\d+)\) at (?P<since>\S+)")
# Kubernetes `staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go`, NewConflictError
_CONFLICT = re.compile(r'(?P<conflicts>conflicts? with ".*)', re.DOTALL)
_CONFLICTING_MANAGER = re.compile(r'conflicts? with "([^"]+)"')
# pulumi-kubernetes `provider/pkg/provider/provider.go`, on a failed update
_CONFLICTING_OBJECT = re.compile(r'reported that "(?P<object>[^"]+)" failed')
_MARKUP = re.compile(r"<\{%.*?%\}>")
# Kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go`
_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]+)" cannot (?P<verb>\S+) resource "(?P<resource>[^"]+)" in API group "[^"]*"'
    r'(?: in the namespace "(?P<namespace>[^"]+)")?'
)
# Go's `os.PathError`. A denied permission may also be about a file that is only read, such as a kubeconfig; what pulumi
# writes has a temporary name (gocloud.dev `blob/fileblob/fileblob.go`).
_FAILED_WRITE = re.compile(
    r"(?:open|write|mkdir|rename|close|copy|sync) (?P<path>/\S+): (?P<reason>no space left on device|"
    r"read-only file system|disk quota exceeded|file too large|input/output error|(?<=\.tmp: )permission denied)"
)
# Kubernetes `staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go`, NewAlreadyExists, within pulumi-kubernetes `provider/pkg/provider/provider.go`, Create. Version 4.29 and
# later create objects with POST; earlier versions change an existing object.
_ALREADY_EXISTS = re.compile(
    r'resource "[^"]*::(?P<resource>[^":]+)" was not successfully created.*?: (?P<kind>\S+) "(?P<name>[^"]+)"'
    r" already exists"
)
# Pulumi adds these after the reason.
_NO_REASON = {"update failed", "preview failed"}
_MAX_LINES = 20


class StackError(SeldonSecretsError):
    """Why an operation on a stack failed."""


class TransientError(StackError):
    """A failure of an API server that another try of the operation may not have."""

    is_transient = True


class FieldConflictError(StackError):
    """Other clients own fields that an operation changes."""

    def __init__(self, text: str, managers: Sequence[str]) -> None:
        super().__init__(text)
        self.managers = managers
        """The field managers of these clients, as far as the operation came."""


class StackLockedError(StackError):
    """Another update of the stack is running, or its lock was left behind."""

    def __init__(self, stack: str, output: str) -> None:
        locks = list(_LOCK.finditer(output))
        self.holder = " and ".join(
            f"{lock['user']} (process {lock['pid']}) since {lock['since']}" for lock in locks
        )
        # Only the machine that a process runs on knows whether it still runs.
        self.is_abandoned = bool(locks) and all(
            lock["host"] == socket.gethostname() and not _is_running(int(lock["pid"])) for lock in locks
        )
        holder = self.holder or "another update (`pulumi stack` shows who runs it and since when)"
        super().__init__(
            f"the stack is locked by {holder}. Wait until that update ends."
            f" If its process is dead, run `pulumi cancel --stack {stack}`"
        )


@contextmanager
def stack_errors(stack: str, reported: Sequence[str] = ()) -> Iterator[None]:
    """Turns errors of pulumi into `StackError`. `reported` are the errors among the operation's events."""
    try:
        yield
    except automation.ConcurrentUpdateError as error:
        raise StackLockedError(stack, str(error)) from None
    except automation.CommandError as error:
        text = reason(error, reported)
        if managers := list(dict.fromkeys(_CONFLICTING_MANAGER.findall("\n".join(reported)))):
            raise FieldConflictError(text, managers) from None
        if are_transient(reported):
            raise TransientError(text) from None
        raise StackError(text) from None


def reason(error: automation.CommandError, reported: Sequence[str] = ()) -> str:
    """Why a command of pulumi failed. `reported` are the errors among its events."""
    messages = dict.fromkeys(map(_shortened, reported)) or {_shortened(_error_output(error)): None}
    reasons = [message for message in messages if message not in _NO_REASON] or list(messages)
    return "\n".join("\n".join(reasons).splitlines()[-_MAX_LINES:])


def _error_output(error: automation.CommandError) -> str:
    """Standard error, or the errors within standard output: `pulumi import` reports them there."""
    output, _, error_output = str(error).rpartition("\n stderr: ")
    lines = (line.strip() for line in output.splitlines())
    return error_output.strip() or "\n".join(line for line in lines if line.startswith("error: "))


def _shortened(message: str) -> str:
    """The message, shortened if it is about permissions: pulumi repeats those for every Secret."""
    if denied := _FORBIDDEN.search(message):
        scope = f"in the namespace {denied['namespace']}" if denied["namespace"] else "in the whole cluster"
        return f"you ({denied['user']}) may not {denied['verb']} {denied['resource']} {scope}"
    if conflict := _CONFLICT.search(message):
        changed = _CONFLICTING_OBJECT.search(message)
        place = f"{changed['object']}: " if changed else ""
        fields = (
            conflict["conflicts"].strip().replace(":\n- ", ": ").replace("\n- ", ", ").replace("\n", "; ")
        )
        return f'{place}{fields}. Another client owns these fields: see docs/rollout.md, "Field conflicts"'
    if existing := _ALREADY_EXISTS.search(message):
        return _already_exists(**existing.groupdict())
    if failed := _FAILED_WRITE.search(message):
        return (
            f"pulumi can't write in the folder {Path(failed['path']).parent}: {failed['reason']}. Make it writable or"
            " free some space, and run the command again"
        )
    return _MARKUP.sub("", message).strip()


def _already_exists(resource: str, kind: str, name: str) -> str:
    """The problem and the next command, without pulumi's advice, which is about other kinds of objects."""
    namespace = resource.rpartition("/")[0]
    place = resource if namespace else name
    command = f"seldon-secrets import --namespace {namespace}" if namespace else "seldon-secrets import"
    adopt = f"Adopt it (`{command}`) or delete it" if kind == "secrets" else "Import or delete it"
    return (
        f"{place}: exists in the cluster, but not in the stack's state: an interrupted run or another client created it."
        f' {adopt}: see docs/rollout.md, "Existing objects"'
    )


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A zombie is dead, though its number is still taken.
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True
