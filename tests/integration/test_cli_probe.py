"""`doctor --probe` with the real rclone: Secrets of a real API server, and servers that accept or reject them."""

import base64
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client

from seldon_secrets_pulumi.model.formats import FORMATS
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel, seldon_labels
from seldon_secrets_pulumi.rclone.obscure import obscure
from tests.support.canaries import CANARY
from tests.support.leaks import leaks

from .parts.control_plane import ControlPlane
from .parts.s3_server import S3Server

BIN = Path(sys.prefix, "bin")


def make(cluster: ControlPlane, namespace: str, name: str, type_: str, **parameters: str) -> None:
    """The remote's Secret in both formats."""
    for format_ in FORMATS.values():
        labels = seldon_labels("bucket") | FormatLabel().label(format_.name)
        data = format_.write(Remote(name, type_, parameters))
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        metadata = client.V1ObjectMeta(name=format_.secret_name(name), labels=labels)
        cluster.core.create_namespaced_secret(namespace, client.V1Secret(metadata=metadata, data=encoded))


def s3(server: S3Server, **parameters: str) -> dict[str, str]:
    return {
        "provider": "Other",
        "endpoint": server.endpoint,
        "access_key_id": server.access_key_id,
        "secret_access_key": server.secret_access_key,
        "env_auth": "false",
        **parameters,
    }


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def namespace(control_plane: ControlPlane) -> str:
    name = control_plane.create_namespace()
    control_plane.core.patch_namespace(name, {"metadata": {"labels": {"seldon.restricted": "false"}}})
    return name


def run(
    cluster: ControlPlane, namespace: str, folder: Path, canaries: Mapping[str, str], *options: str
) -> subprocess.CompletedProcess[str]:
    finished = subprocess.run(
        [BIN / "seldon-secrets", "doctor", "-n", namespace, "--probe", *options],
        # The caller's own configuration must have no effect. With these variables, rclone would answer differently.
        env={
            "KUBECONFIG": str(cluster.kubeconfig),
            "PATH": str(BIN),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "RCLONE_CONFIG_GOOD_ENDPOINT": "http://127.0.0.1:1",
            "AWS_ACCESS_KEY_ID": "elsewhere",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not leaks(finished.stdout + finished.stderr, canaries)
    assert "Traceback" not in finished.stderr
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    return finished


def details(finished: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    findings: list[dict[str, Any]] = json.loads(finished.stdout)
    return {
        finding["secret"]: (finding["check"], finding["detail"])
        for finding in findings
        if "prob" in finding["check"]
    }


def both(remote: str, check: str, detail: str) -> dict[str, tuple[str, str]]:
    return {each.secret_name(remote): (check, detail) for each in FORMATS.values()}


def test_good_wrong_and_unreachable_remotes(
    control_plane: ControlPlane, namespace: str, s3_server: S3Server, silent_port: int, tmp_path: Path
) -> None:
    make(control_plane, namespace, "good", "s3", **s3(s3_server))
    make(control_plane, namespace, "good-dash", "s3", **s3(s3_server))
    make(control_plane, namespace, "wrong", "s3", **s3(s3_server, secret_access_key=CANARY))
    make(control_plane, namespace, "unknown", "s3", **s3(s3_server, access_key_id="AKIA0123456789ABCDEF"))
    make(control_plane, namespace, "closed", "s3", **s3(s3_server, endpoint="http://127.0.0.1:1"))
    make(
        control_plane,
        namespace,
        "https",
        "s3",
        **s3(s3_server, endpoint=s3_server.endpoint.replace("http:", "https:")),
    )
    make(
        control_plane,
        namespace,
        "silent",
        "webdav",
        url=f"http://127.0.0.1:{silent_port}",
        vendor="other",
        user="me",
        **{"pass": obscure("webdav", "pass", CANARY)},
    )
    canaries = {"wrong": CANARY, "right": s3_server.secret_access_key}
    started = time.monotonic()
    finished = run(control_plane, namespace, tmp_path, canaries, "--probe-timeout", "4", "-o", "json")
    assert time.monotonic() - started < 40
    assert finished.returncode == 1, finished.stderr
    assert details(finished) == {
        **both("wrong", "probe-failed", "the secret key is wrong"),
        **both("unknown", "probe-failed", "the server does not know the access key"),
        **both("closed", "probe-failed", "no server answers at this address"),
        **both("https", "probe-failed", "the server uses http, not https"),
        **both("silent", "probe-failed", "no answer within 4 s"),
    }


def test_a_path_replaces_the_root(
    control_plane: ControlPlane, namespace: str, s3_server: S3Server, tmp_path: Path
) -> None:
    for name in ("models", "elsewhere"):
        make(control_plane, namespace, name, "s3", **s3(s3_server))
    canaries = {"right": s3_server.secret_access_key}
    options = ("--probe-path", "models=models/iris", "--probe-path", "elsewhere=absent", "-o", "json")
    finished = run(control_plane, namespace, tmp_path, canaries, *options)
    assert details(finished) == both("elsewhere", "probe-failed", "the bucket or path does not exist")


def test_a_type_that_the_catalog_lacks_is_not_probed(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    """rclone would repeat the whole remote in its error, and a newer rclone may know a type that the list can't judge."""
    make(control_plane, namespace, "models", "s3nope", secret_access_key=CANARY)
    finished = run(control_plane, namespace, tmp_path, {"canary": CANARY}, "-o", "json")
    assert details(finished) == both("models", "not-probed", "its type is unknown to this package")


def test_a_hostile_secret_runs_no_program_and_reaches_no_socket(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    trace, socket_file = elsewhere / "it-ran", elsewhere / "socket"
    hostile = {
        "long-s": ("sftp", {"host": "127.0.0.1", "\u017f\u017fh": f"/bin/touch {trace}"}),
        "upstreams": ("union", {"up\u017ftreams": "/etc /root"}),
        "socket": ("webdav", {"url": "http://h", "unix_socket": str(socket_file)}),
    }
    for name, (type_, parameters) in hostile.items():
        value = json.dumps({"name": name, "type": type_, "parameters": parameters})
        metadata = client.V1ObjectMeta(name=f"{name}-bucket-params", labels=seldon_labels("bucket"))
        control_plane.core.create_namespaced_secret(
            namespace,
            client.V1Secret(metadata=metadata, data={name: base64.b64encode(value.encode()).decode()}),
        )
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(socket_file))
        listener.listen()
        listener.settimeout(0.1)
        finished = run(control_plane, namespace, tmp_path, {"canary": CANARY}, "-o", "json")
        with pytest.raises(TimeoutError):
            listener.accept()
    assert not trace.exists()
    assert {name: check for name, (check, _) in details(finished).items()} == {
        f"{name}-bucket-params": "not-probed" for name in hostile
    }


def test_no_credential_is_in_a_command_line(
    control_plane: ControlPlane, namespace: str, silent_port: int, tmp_path: Path
) -> None:
    """Other processes watch the command lines while rclone waits for an answer."""
    password = obscure("webdav", "pass", CANARY)
    make(
        control_plane,
        namespace,
        "seen",
        "webdav",
        url=f"http://127.0.0.1:{silent_port}",
        user="u",
        **{"pass": password},
    )
    seen: list[bytes] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    command = (process / "cmdline").read_bytes()
                    mine = process.stat().st_uid == os.getuid()
                except OSError:
                    continue
                if mine and b"lsf" in command and (b"seen:" in command or b"probe:" in command):
                    seen.append(command)
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run(
            control_plane,
            namespace,
            tmp_path,
            {"canary": CANARY, "obscured": password},
            "--probe-timeout",
            "2",
        )
    finally:
        done.set()
        watcher.join()
    assert any(b"seen:" in command for command in seen)
    assert any(b"probe:" in command for command in seen)
    assert not any(password.encode() in command or CANARY.encode() in command for command in seen)
