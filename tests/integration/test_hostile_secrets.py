"""Every command on an API server with Secrets of strangers, beside good Secrets that it reports as before."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiException

from tests.support.canaries import CANARY
from tests.support.hostile_secrets import HIDDEN, VALUES
from tests.support.keys import key_file
from tests.support.manifests import OPEN
from tests.support.wrong_secrets import DAV, DOCKER, GCS, Manifest, docker, env, params

from .parts.control_plane import ControlPlane
from .support.command import COMMAND
from .support.import_project import Project

TIMEOUT_SECONDS = 200
CONTROL = "\x1b[2J\u202e\n"
# The API server parses the content of this type itself.
REJECTED = {"docker config"}


def _taking_control(trace: Path) -> dict[str, Manifest]:
    """Secrets that would make rclone run a program or read a file of this machine."""
    command = f"/bin/touch {trace}"
    return {
        "program": params({"host": "127.0.0.1", "ssh": command}, "x", "sftp"),
        "program in a variable": env({"host": "127.0.0.1", "ssh": command}, "x", "sftp"),
        "program of a long s": params({"host": "127.0.0.1", "\u017f\u017fh": command}, "x", "sftp"),
        "program for a token": params({**DAV, "bearer_token_command": command}, "x", "webdav"),
        "program in a wrapped remote": params({"remote": f":sftp,host=h,ssh='{command}':"}, "x", "alias"),
        "program in the type": params({}, "x", f":sftp,ssh='{command}':"),
        "files": params({"upstreams": "a=/ b=/etc"}, "x", "combine"),
        "files of a long s": params({"up\u017ftreams": "a=/ b=/etc"}, "x", "combine"),
        "socket": params({**DAV, "unix_socket": str(trace)}, "x", "webdav"),
        "metadata mapper": params({"nounc": "true", "global.metadata_mapper": command}, "x", "local"),
        "other remotes": env({}, ":SFTP,SSH=X:", "sftp")
        | {"data": {"RCLONE_CONFIG": base64.b64encode(b"/etc/passwd").decode()}},
        "program of this process": env()
        | {"data": {"LD_PRELOAD": base64.b64encode(str(trace).encode()).decode()}},
    }


def _metadata() -> dict[str, Manifest]:
    """Secrets whose fields outside the data are hostile, as far as the API server accepts them."""
    owner = {"apiVersion": "example.com/v1", "kind": CONTROL, "name": CONTROL, "uid": CONTROL}
    ignores = "seldon-secrets.pulumi/ignore-checks"
    annotations: Mapping[str, str] = {
        "ignored checks": f";;{CONTROL}: ;",
        "ignored checks without an end": ";" * 50_000,
    }
    changes: dict[str, dict[str, Any]] = {
        "owner": {"ownerReferences": [owner]},
        "finalizer": {"finalizers": ["example.com/never"]},
        "other annotations": {
            "annotations": {"meta.helm.sh/release-name": CONTROL, "argocd.argoproj.io/tracking-id": CONTROL}
        },
        "last applied": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "[" * 50_000}},
        "stack": {
            "annotations": {
                "seldon-secrets.pulumi/stack": CONTROL,
                "pulumi.com/patchFieldManager": "x" * 200,
                "pulumi.com/patchForce": "true",
            }
        },
        "labels": {
            "labels": {"secret-type": "Bucket", "seldon-deploy": "", "bucket-secret-format": "-".join("ab")}
        },
        **{name: {"annotations": {ignores: text}} for name, text in annotations.items()},
    }
    changed = {name: params() | {"metadata": params()["metadata"] | more} for name, more in changes.items()}
    return {
        **changed,
        "type": params() | {"type": CONTROL},
        "immutable": params() | {"immutable": True},
        "key": params() | {"data": {".a-very.odd_KEY": base64.b64encode(b"{}").decode()}},
        "many keys": params() | {"data": {f"RCLONE_CONFIG_A{n}_TYPE": "czM=" for n in range(5_000)}},
        "many unknown options": params({f"optio{n}": CANARY for n in range(3_000)}),
        "many wrapped remotes": params(
            {"upstreams": " ".join(f"r{n}:" for n in range(30_000))}, type_="union"
        ),
        "digits": params({"chunk_size": "9" * 500_000}),
    }


def _good(server: str) -> list[Manifest]:
    """Five Secrets of which each command says something: one has a finding, and one can't be reached."""
    s3 = {"provider": "Other", "endpoint": server, "access_key_id": "a", "secret_access_key": CANARY}
    return [
        env(s3, "good-env"),
        params(s3, "good-params"),
        params({"service_account_credentials": key_file()}, "good-gcs", GCS) | {"immutable": True},
        params({**s3, "acces_key": "typo"}, "good-typo", name="good-typo-params"),
        docker(DOCKER),
    ]


@dataclass
class Hostile:
    """A namespace with hostile and good Secrets, and what each command says about the good ones alone."""

    project: Project
    namespace: str
    good: frozenset[str]
    before: dict[str, Any]
    trace: Path
    accepted: frozenset[str]

    def answer(self, *command: str) -> subprocess.CompletedProcess[str]:
        return _answer(self.project, self.namespace, *command)

    def of_good(self, *command: str) -> Any:
        return _of_good(json.loads(self.answer(*command).stdout), self.good)


def _answer(project: Project, namespace: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command. Whatever it says is complete, printable, and without a credential."""
    finished = subprocess.run(
        [COMMAND, *command, "-n", namespace],
        cwd=project.folder,
        env={
            **project.engine.env,
            "PATH": f"{Path(sys.prefix, 'bin')}{os.pathsep}{project.engine.env['PATH']}",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    stdout, stderr = finished.stdout.decode(), finished.stderr.decode()
    assert finished.returncode in (0, 1), stderr
    assert "unexpected" not in stderr
    assert "Traceback" not in stderr
    assert CANARY not in stdout + stderr
    assert not set(stdout + stderr) & HIDDEN
    return subprocess.CompletedProcess(finished.args, finished.returncode, stdout, stderr)


def _of_good(answer: Any, good: frozenset[str]) -> Any:
    """The part of a JSON answer that is about the good Secrets."""
    rows = answer if isinstance(answer, list) else [*answer["entries"], *answer["adopt"], *answer["skipped"]]
    return [row for row in rows if _names(row) & good]


def _names(row: Mapping[str, Any]) -> set[str]:
    """The Secrets in a row, without their namespace."""
    names = row["secrets"] if "secrets" in row else [row["secret"]]
    return {name.rpartition("/")[2] for name in names}


JSON = [
    ("list", "-o", "json"),
    ("list", "--remotes", "-o", "json"),
    ("doctor", "-o", "json"),
    ("doctor", "--probe", "--probe-timeout", "5", "-o", "json"),
    ("import", "--dry-run", "-o", "json"),
]
TEXT = [
    ("list",),
    ("list", "-o", "yaml"),
    ("doctor",),
    ("doctor", "-o", "sarif"),
    ("calibrate",),
    ("calibrate", "-o", "json"),
    ("import", "--dry-run"),
    ("import", "--to", "python"),
]


@pytest.fixture(scope="module")
def hostile(
    native_parts: Path, control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory
) -> Hostile:
    folder = tmp_path_factory.mktemp("hostile")
    project = Project(native_parts, control_plane, folder)
    namespace = control_plane.create_namespace()
    control_plane.core.patch_namespace(namespace, {"metadata": {"labels": OPEN}})
    good = [_create(control_plane, namespace, secret) for secret in _good("http://127.0.0.1:1")]
    names = frozenset(name for name in good if name)
    before = {
        " ".join(command): _of_good(json.loads(_answer(project, namespace, *command).stdout), names)
        for command in JSON
    }
    trace = folder / "trace"
    corpus = {
        **{name: json.loads(text) for name, text in VALUES.items()},
        **_taking_control(trace),
        **_metadata(),
    }
    accepted = {
        name
        for number, (name, secret) in enumerate(corpus.items())
        if _create(control_plane, namespace, secret, f"hostile-{number}-bucket-params")
    }
    assert corpus.keys() - accepted == REJECTED
    return Hostile(project, namespace, names, before, trace, frozenset(accepted))


def _create(cluster: ControlPlane, namespace: str, secret: Manifest, name: str = "") -> str | None:
    """Create a Secret. Returns its name, or None if the API server does not accept the Secret."""
    name = name or secret["metadata"]["name"]
    metadata = secret["metadata"] | {"namespace": namespace, "name": name}
    body: Any = secret | {"metadata": metadata}
    try:
        cluster.core.create_namespaced_secret(namespace, body)
    except ApiException as error:
        if error.status != 422:
            raise
        return None
    return name


def test_the_corpus_is_large(hostile: Hostile) -> None:
    assert len(hostile.accepted) >= 100
    assert len(hostile.good) == 5


@pytest.mark.parametrize("command", JSON, ids=" ".join)
def test_good_secrets_are_reported_as_before(hostile: Hostile, command: tuple[str, ...]) -> None:
    before = hostile.before[" ".join(command)]
    assert before
    assert hostile.of_good(*command) == before
    assert not hostile.trace.exists()


@pytest.mark.parametrize("command", TEXT, ids=" ".join)
def test_every_command_answers(hostile: Hostile, command: tuple[str, ...]) -> None:
    answer = hostile.answer(*command)
    if command[0] == "list":
        assert all(name in answer.stdout for name in hostile.good)
        assert answer.returncode == 0
    assert not hostile.trace.exists()
