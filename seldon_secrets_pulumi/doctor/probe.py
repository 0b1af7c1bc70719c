"""Whether the real rclone lists a remote with nothing but what its Secret holds.

Nothing that rclone prints is shown: some of its errors repeat the whole remote, credentials included.
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
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.rclone.isolation import obstacle

FAILED = Rule(
    "probe-failed",
    Severity.error,
    "rclone could not list the remote with what the Secret holds.",
    "Correct what the reason names; a server that only the cluster reaches must be probed from there.",
)
DENIED = Rule(
    "probe-denied",
    Severity.warning,
    "The server does not let these credentials list the root of the remote, as is usual for one bucket's own.",
    "Name what they may list: --probe-path remote=bucket.",
)
NOT_TRIED = Rule(
    "not-probed",
    Severity.warning,
    "rclone was not run: this machine's files, programs or identity would take part.",
    "Probe it in a pod, with the Secret as its environment.",
)
PROBES = (FAILED, DENIED, NOT_TRIED)

_AT_ONCE = 8

# How to reach a server is no part of a Secret.
_NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")

# How rclone spells a variable that configures a remote (fs/config.go); nothing else of a Secret is passed on.
_VARIABLE = re.compile(r"RCLONE_CONFIG_[A-Z0-9.-]+?_(?P<option>[A-Z0-9_.-]+)")

_REASONS: Sequence[tuple[Rule, str, str]] = (
    (FAILED, "the server does not know the access key", r"InvalidAccessKeyId"),
    (FAILED, "the secret key is wrong", r"SignatureDoesNotMatch"),
    (
        FAILED,
        "the server does not accept the credentials",
        (
            r"(?:StatusCode:|RESPONSE|[Ee]rror|status:?) 401|Unauthorized|AuthenticationFailed|InvalidToken"
            r"|ExpiredToken|invalid_grant|invalid_client|[Uu]nable to authenticate|[Ll]ogin incorrect"
        ),
    ),
    (DENIED, "it needs project_number, or a path", r"can't list buckets without project number"),
    (
        DENIED,
        "access denied",
        r"(?:StatusCode:|RESPONSE|[Ee]rror|status:?) 403|AccessDenied|Forbidden|AuthorizationFailure",
    ),
    (FAILED, "there is no such bucket or path", r"NoSuchBucket|directory not found|ContainerNotFound"),
    (FAILED, "the server's name is not known here", r"no such host|server misbehaving"),
    (
        FAILED,
        "nothing answers at that address",
        r"connection refused|no route to host|network is unreachable",
    ),
    (FAILED, "the server speaks http, not https", r"server gave HTTP response to HTTPS client"),
    (FAILED, "the server's certificate is not trusted here", r"x509:|tls:"),
    (FAILED, "no answer in time", r"i/o timeout|deadline exceeded|Client\.Timeout"),
    (FAILED, "a password is not obscured", r"when revealing password"),
    (FAILED, "the service account's key file is broken", r"error processing credentials"),
    (FAILED, "this rclone knows no such type", r"didn't find backend called"),
    (FAILED, "rclone finds no remote in the keys", r"didn't find section in config"),
)


@dataclass(frozen=True, slots=True)
class Prober:
    """rclone, and how long it may take; `paths` are what to list in place of a remote's root, by remote."""

    rclone: str
    seconds: int
    paths: Mapping[str, str]

    def probe(
        self, secrets: Sequence[LiveSecret], progress: Callable[[int], None]
    ) -> Iterator[tuple[LiveSecret, Rule, str]]:
        """Those that rclone can't list, and why. `progress` is told how many were tried."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            outcomes = zip(secrets, pool.map(self._outcome, secrets), strict=True)
            for number, (secret, outcome) in enumerate(outcomes, 1):
                progress(number)
                if outcome:
                    yield (secret, *outcome)

    def _outcome(self, secret: LiveSecret) -> tuple[Rule, str] | None:
        remote = secret.content.remote
        if remote is None:
            return None  # other checks say what is wrong with it
        name, variables = _environment(secret, remote)
        if reason := _obstacle(remote, variables):
            return NOT_TRIED, reason
        try:
            finished = self._list(f"{name}:{self.paths.get(remote.name, '')}", variables)
        except subprocess.TimeoutExpired:
            return FAILED, f"no answer within {self.seconds} s"
        except (OSError, ValueError):
            # Too long, or with a NUL. The error itself may repeat a part of it.
            return NOT_TRIED, "a value can't be an environment variable"
        return None if finished.returncode == 0 else _reason(finished.stderr, finished.returncode)

    def _list(self, target: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        network = {name: os.environ[name] for name in _spellings(_NETWORK) if name in os.environ}
        return subprocess.run(  # noqa: S603 - credentials are in the environment only
            [
                self.rclone,
                "lsf",
                "--config=",  # in memory: neither the caller's remotes nor a file to leave behind
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
    """The real rclone."""
    return shutil.which("rclone")


def _obstacle(remote: Remote, variables: Mapping[str, str]) -> str | None:
    """Why running rclone here would prove nothing, or would do what whoever wrote the Secret likes."""
    if not re.fullmatch(r"[\w.-]+", remote.name, re.ASCII):
        return "its remote's name is none"
    options: dict[str, str] = {}
    for variable, value in variables.items():
        match = _VARIABLE.fullmatch(variable)
        if match is None:
            return "one of its variables has a name that rclone does not read"
        options[match["option"].lower()] = value
    # The type that is passed, which is not always the one that was read.
    return obstacle(options.pop("type", ""), options)


def _environment(secret: LiveSecret, remote: Remote) -> tuple[str, Mapping[str, str]]:
    """The remote's name, and the variables that configure it: the Secret's own, or those that its JSON makes."""
    if secret.content.format == CONFIG_PARAM.name:
        named = Remote("probe", remote.type, remote.parameters)
        return named.name, ENV_VAR.write(named)
    return remote.name, secret.text


def _spellings(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield from (name, name.lower())


def _reason(printed: str, code: int) -> tuple[Rule, str]:
    for rule, reason, pattern in _REASONS:
        if re.search(pattern, printed):
            return rule, reason
    return FAILED, f"rclone ended with code {code}, for a reason that may hold credentials"
