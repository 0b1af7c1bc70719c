"""Files behind passwords and in wrapped remotes, fetched with a Secret on each of Seldon's paths."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.rclone.parameters import check

from .parts.rclone import Rclone
from .parts.rclone_rcd import RcloneRcd
from .parts.s3_server import S3Server
from .support.older_rclone import VERSIONS, executable
from .support.password_server import MODEL, PasswordServer, password_server
from .support.rclone_paths import PATHS, core1_variables, core2_secret

PINNED = "pinned"
every_version = pytest.mark.parametrize("version", [PINNED, *VERSIONS], indirect=True)

Fetch = Callable[[Remote, str], dict[str, bytes]]


@pytest.fixture
def version(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The rclone that reads is of this version; the servers are not."""
    version = str(getattr(request, "param", PINNED))
    if version != PINNED:
        program = executable(version)
        monkeypatch.setattr("tests.integration.parts.rclone.EXECUTABLE", program)
        monkeypatch.setattr("tests.integration.parts.rclone_rcd.EXECUTABLE", program)
    return version


@pytest.fixture(params=PATHS)
def fetch(request: pytest.FixtureRequest, version: str, tmp_path: Path) -> Fetch:
    """Gives the files of a folder of a remote, by name, as they arrive on one path."""
    rclone: Rclone = request.getfixturevalue("rclone")
    rcd: RcloneRcd = request.getfixturevalue("rclone_rcd")

    def fetched(remote: Remote, folder: str) -> dict[str, bytes]:
        target = tmp_path / "fetched"
        PATHS[request.param](rclone, rcd, remote, folder, target)
        return {file.name: file.read_bytes() for file in target.iterdir()}

    return fetched


@pytest.fixture(scope="module", params=["webdav", "sftp", "ftp"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PasswordServer]:
    with password_server(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


def remote(name: str, type_: str, parameters: dict[str, object]) -> Remote:
    return Remote(name, *check(type_, parameters))


@every_version
def test_a_file_behind_a_password(server: PasswordServer, fetch: Fetch) -> None:
    # A dash in the name: rclone from 1.57 on keeps it in the names of variables.
    assert fetch(remote("my-store", server.kind, server.parameters), "iris") == {"model.bin": MODEL}


@every_version
def test_a_file_in_s3(s3_server: S3Server, fetch: Fetch) -> None:
    assert fetch(remote("models", "s3", s3(s3_server)), "models/iris") == s3_server.files


def s3(server: S3Server) -> dict[str, object]:
    return {
        "provider": "minio",
        "access_key_id": server.access_key_id,
        "secret_access_key": server.secret_access_key,
        "endpoint": server.endpoint,
        "force_path_style": True,
        "upload_concurrency": 2.0,
        "chunk_size": "8Mi",
    }


def spelt_out(server: S3Server, path: str) -> str:
    """A remote within an option of another, the way that the documentation shows."""
    parts = (f"{name}='{value}'" for name, value in s3(server).items() if isinstance(value, str))
    return f":s3,{','.join(parts)}:models/{path}"


def wrapping(type_: str, server: S3Server) -> dict[str, object]:
    inner = spelt_out(server, f"within-{type_}")
    if type_ == "combine":
        return {"upstreams": f"first={inner} second=/nonexistent"}
    if type_ == "crypt":
        return {"remote": inner, "password": "'sesame, open", "password2": "salt: %(remote)s"}
    if type_ == "union":
        return {"upstreams": f"{inner} {inner}-other"}
    return {"remote": inner}


@pytest.mark.parametrize("type_", ["alias", "chunker", "combine", "compress", "crypt", "hasher", "union"])
def test_a_remote_within_a_remote(
    type_: str, s3_server: S3Server, rclone: Rclone, fetch: Fetch, tmp_path: Path
) -> None:
    wrapper = remote("outer", type_, wrapping(type_, s3_server))
    # One folder for each test: they share the server.
    folder = f"first/{tmp_path.name}" if type_ == "combine" else tmp_path.name
    content = b"a model that is worth hiding\n" * 400
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "model.bin").write_bytes(content)
    variables = {"HOME": str(tmp_path), **core1_variables(wrapper)}
    rclone.run("copy", str(tmp_path / "given"), f"outer:{folder}", env=variables)

    assert fetch(wrapper, folder) == {"model.bin": content}
    below = spelt_out(s3_server, f"within-{type_}")
    stored = rclone.run("ls", "below:", env=core1_variables(remote("below", "alias", {"remote": below})))
    assert ("model.bin" in stored.stdout) is (type_ != "crypt")


@every_version
def test_a_dash_in_a_name_reaches_older_rclones_too(version: str, rclone: Rclone, tmp_path: Path) -> None:
    local = Remote("my-store", "alias", {"remote": str(tmp_path)})
    (tmp_path / "here").touch()
    assert rclone.run("lsf", "my-store:", env=core1_variables(local)).stdout == "here\n"


@every_version
def test_config_create_keeps_odd_values_in_older_rclones_too(version: str, rclone_rcd: RcloneRcd) -> None:
    odd = {"user": " \"q\" 's' a=b, c:d {e} $HOME #g %h \\n `i` é日 \t ", "url": "https://x/?a=b,c"}
    odd_remote = Remote("odd-name", "webdav", odd)
    rclone_rcd.call("config/create", **core2_secret(odd_remote))
    assert rclone_rcd.call("config/get", name="odd-name") == {"type": "webdav", **odd}
