"""Older releases of rclone read what is declared for them, and only that."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.problem import InvalidArguments

from .parts.rclone import Rclone
from .parts.s3_server import S3Server
from .support.older_rclone import executable
from .support.rclone_paths import PATHS, core1_variables, core2_connection_string

# The versions in Core 2.8.0 and 2.10.
VERSIONS = ("1.65.2", "1.71.1")
# Nothing listens there.
CLOSED = "http://127.0.0.1:9"


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The rclone that reads is of this version."""
    program = executable(str(request.param))
    monkeypatch.setattr("tests.integration.parts.rclone.EXECUTABLE", program)
    monkeypatch.setattr("tests.integration.parts.rclone_rcd.EXECUTABLE", program)
    return str(request.param)


def declared(type_: str, parameters: dict[str, Any], targets: Iterable[str] = ()) -> Remote:
    values = {"namespace": "team", "remote": "models", "type": type_, "parameters": parameters}
    bucket = AnyBackendBucket.parse({**values, "targets": list(targets)})
    assert bucket
    return bucket.rclone_remote


def is_rejected(type_: str, parameters: dict[str, Any], version: str) -> bool:
    try:
        declared(type_, parameters, [f"rclone:{version}"])
    except InvalidArguments as invalid:
        codes = {problem.code for problem in invalid.problems}
    else:
        return False
    assert codes == {"release"}
    return True


@pytest.mark.parametrize("path", PATHS)
def test_a_target_reads_what_is_declared_for_it(
    s3_server: S3Server, version: str, path: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    parameters = {
        "provider": "Minio",
        "endpoint": s3_server.endpoint,
        "access_key_id": s3_server.access_key_id,
        "secret_access_key": s3_server.secret_access_key,
        "directory_markers": True,  # since 1.63
    }
    remote = declared("s3", parameters, [f"rclone:{version}"])
    target = tmp_path / "fetched"
    PATHS[path](
        request.getfixturevalue("rclone"),
        request.getfixturevalue("rclone_rcd"),
        remote,
        "models/iris",
        target,
    )
    assert {file.name: file.read_bytes() for file in target.iterdir()} == s3_server.files


@pytest.mark.parametrize(
    ("type_", "parameters"),
    [
        ("http", {"url": CLOSED}),
        ("azurefiles", {"account": "models", "key": "YQ==", "share_name": "models"}),  # since 1.65
        ("doi", {"doi": "10.5281/zenodo.5876941", "provider": "zenodo"}),  # since 1.70
        ("shade", {"drive_id": "models", "api_key": "key"}),  # since 1.73
    ],
)
def test_a_backend_is_rejected_if_the_target_does_not_find_it(
    rclone: Rclone, version: str, type_: str, parameters: dict[str, Any]
) -> None:
    declared(type_, parameters)  # is valid without a target
    printed = rclone.run("help", "backend", type_, env={}, check=False)
    is_missing = "didn't find backend" in printed.stderr
    assert is_rejected(type_, parameters, version) == is_missing


def test_a_global_option_is_rejected_if_the_target_ignores_it(rclone: Rclone, version: str) -> None:
    parameters = {"url": CLOSED, "override.no_check_certificate": True}
    remote = declared("http", parameters)
    is_applied = [
        'Set overridden config ["no_check_certificate"]'
        in rclone.run("lsd", target, "-vv", env=variables, check=False).stderr
        for target, variables in (
            ("models:", core1_variables(remote)),
            (core2_connection_string(remote), {}),
        )
    ]
    assert is_applied == [not is_rejected("http", parameters, version)] * 2
