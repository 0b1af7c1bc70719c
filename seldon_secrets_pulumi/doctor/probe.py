"""Lists remotes with the real rclone, using only the data of their Secrets.

rclone's output is never shown, because some of its errors repeat the whole remote with its credentials.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from seldon_secrets_pulumi.doctor.check import Rule, Severity
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR
from seldon_secrets_pulumi.model.rclone_variables import VARIABLE_START
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.rclone.isolation import obstacle

PROBE_FAILED = Rule(
    "probe-failed",
    Severity.error,
    "rclone can't list the remote with the Secret's data.",
    "Fix the cause that the finding names, or probe from within the cluster if only the cluster can reach the server.",
)
PROBE_DENIED = Rule(
    "probe-denied",
    Severity.warning,
    "These credentials may not list the root of the remote, which is normal if they are for a single bucket.",
    "Name a path that they may list: --probe-path remote=bucket.",
)
NOT_PROBED = Rule(
    "not-probed",
    Severity.warning,
    "rclone was not run, because it could use files, programs or the identity of this machine.",
    "Probe the remote in a pod that has the Secret as its environment.",
)
PROBES = (PROBE_FAILED, PROBE_DENIED, NOT_PROBED)

_CONCURRENCY = 8

# A Secret does not say how to reach the server.
_NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")

# The end of a variable that configures a remote (rclone fs/config.go). Nothing else of a Secret is passed on.
_OPTION = re.compile(r"[A-Z0-9_.-]+")

_REASONS: Sequence[tuple[Rule, str, str]] = (
    (PROBE_FAILED, "the server does not know the access key", r"InvalidAccessKeyId"),
    (PROBE_FAILED, "the secret key is wrong", r"SignatureDoesNotMatch"),
    (
        PROBE_FAILED,
        "the server does not accept the credentials",
        (
            r"(?:StatusCode:|RESPONSE|[Ee]rror|status:?) 401|Unauthorized|AuthenticationFailed|InvalidToken"
            r"|ExpiredToken|invalid_grant|invalid_client|[Uu]nable to authenticate|[Ll]ogin incorrect"
        ),
    ),
    (
        PROBE_DENIED,
        "listing the root requires project_number, or name a path",
        r"can't list buckets without project number",
    ),
    (
        PROBE_DENIED,
        "access denied",
        r"(?:StatusCode:|RESPONSE|[Ee]rror|status:?) 403|AccessDenied|Forbidden|AuthorizationFailure",
    ),
    (
        PROBE_FAILED,
        "the bucket or path does not exist",
        r"NoSuchBucket|directory not found|ContainerNotFound",
    ),
    (PROBE_FAILED, "the server's name can't be resolved here", r"no such host|server misbehaving"),
    (
        PROBE_FAILED,
        "no server answers at this address",
        r"connection refused|no route to host|network is unreachable",
    ),
    (PROBE_FAILED, "the server uses http, not https", r"server gave HTTP response to HTTPS client"),
    (PROBE_FAILED, "the server's certificate is not trusted here", r"x509:|tls:"),
    (PROBE_FAILED, "no answer in time", r"i/o timeout|deadline exceeded|Client\.Timeout"),
    (PROBE_FAILED, "a password is not obscured", r"when revealing password"),
    (PROBE_FAILED, "the service account key file is invalid", r"error processing credentials"),
    (PROBE_FAILED, "this rclone does not know the type", r"didn't find backend called"),
    (PROBE_FAILED, "rclone finds no remote in the keys", r"didn't find section in config"),
)


@dataclass(frozen=True, slots=True)
class Prober:
    """Runs rclone with a time limit per remote. `paths` replaces the root of a remote, by the remote's name."""

    rclone: str
    seconds: int
    paths: Mapping[str, str]

    def probe(
        self, secrets: Sequence[LiveSecret], progress: Callable[[int], None]
    ) -> Iterator[tuple[LiveSecret, Rule, str]]:
        """The Secrets that rclone can't list, each with the rule and the reason. Calls `progress` after each one."""
        with ThreadPoolExecutor(_CONCURRENCY) as pool:
            outcomes = zip(secrets, pool.map(self._outcomes, secrets), strict=True)
            for number, (secret, found) in enumerate(outcomes, 1):
                progress(number)
                yield from ((secret, rule, detail) for rule, detail in found)

    def _outcomes(self, secret: LiveSecret) -> list[tuple[Rule, str]]:
        """The remotes that rclone can't list. Other checks report those that can't be read."""
        remotes = secret.content.remotes
        outcomes = ((remote, self._outcome(secret, remote)) for remote in remotes)
        return [
            (outcome[0], outcome[1] if len(remotes) == 1 else f"remote {remote.name}: {outcome[1]}")
            for remote, outcome in outcomes
            if outcome
        ]

    def _outcome(self, secret: LiveSecret, remote: Remote) -> tuple[Rule, str] | None:
        name, variables = _environment(secret, remote)
        try:
            reason = _obstacle(name, variables)
        except RecursionError:
            reason = "a value is nested too deeply"
        if reason:
            return NOT_PROBED, reason
        try:
            finished = self._list(f"{name}:{self.paths.get(remote.name, '')}", variables)
        except subprocess.TimeoutExpired:
            return PROBE_FAILED, f"no answer within {self.seconds} s"
        except (OSError, ValueError):
            # A value is too long or contains a NUL. The error's own message may repeat a part of it.
            return NOT_PROBED, "a value can't be an environment variable"
        return None if finished.returncode == 0 else _reason(finished.stderr, finished.returncode)

    def _list(self, target: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        network = {name: os.environ[name] for name in _spellings(_NETWORK) if name in os.environ}
        return subprocess.run(  # noqa: S603 - credentials are in the environment only
            [
                self.rclone,
                "lsf",
                "--config=",  # in memory: without the caller's remotes, and without a file to leave behind
                "--retries=1",
                "--low-level-retries=1",
                "--ask-password=false",
                f"--contimeout={self.seconds}s",
                f"--timeout={self.seconds}s",
                "--",
                target,
            ],
            env={**network, **variables},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            timeout=self.seconds,
            check=False,
        )


def rclone_on_path() -> str | None:
    """The path of the real rclone, if it is installed."""
    return shutil.which("rclone")


def _obstacle(name: str, variables: Mapping[str, str]) -> str | None:
    """The reason not to run rclone here: it would prove nothing, or do what the Secret's author likes."""
    if not re.fullmatch(r"[\w.-]+", name, re.ASCII):
        return "invalid remote name"
    options: dict[str, str] = {}
    start = _variable_start(name)
    for variable, value in variables.items():
        option = variable.removeprefix(start)
        if not (variable.startswith(start) and _OPTION.fullmatch(option)):
            return "a variable has a name that rclone does not read"
        options[option.lower()] = value
    # The type that is passed on, which may differ from the one that was read.
    return obstacle(options.pop("type", ""), options)


def _environment(secret: LiveSecret, remote: Remote) -> tuple[str, Mapping[str, str]]:
    """The remote's name and the variables that configure it: the Secret's own, or those that follow from its JSON."""
    if secret.content.format == CONFIG_PARAM.name:
        probed = Remote("probe", remote.type, remote.parameters)
        return probed.name, ENV_VAR.write(probed)
    # The Secret's own spelling, so that rclone sees what it would see in a container.
    start = _variable_start(remote.name)
    names = {f"{start}{option}".upper() for option in ("type", *remote.parameters)}
    variables = {key: value for key, value in secret.text.items() if key.upper() in names}
    has_type = any(key.upper() == f"{start}TYPE" for key in variables)
    return remote.name, variables if has_type else {f"{start}TYPE": remote.type, **variables}


def _variable_start(remote: str) -> str:
    return f"{VARIABLE_START}{remote}_".upper()


def _spellings(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield from (name, name.lower())


def _reason(output: str, code: int) -> tuple[Rule, str]:
    for rule, reason, pattern in _REASONS:
        if re.search(pattern, output):
            return rule, reason
    return (
        PROBE_FAILED,
        f"rclone exited with code {code}; its message is not shown because it may contain credentials",
    )
