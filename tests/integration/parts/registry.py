"""A container registry that requires a password and holds an image, and skopeo to fetch it."""

import base64
import hashlib
import io
import json
import os
import platform
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bcrypt

from .program import run_program
from .served_part import ServedPart

MEDIA_TYPES = {
    "config": "application/vnd.oci.image.config.v1+json",
    "layer": "application/vnd.oci.image.layer.v1.tar",
    "manifest": "application/vnd.oci.image.manifest.v1+json",
}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}  # skopeo selects the machine's own


class Registry(ServedPart):
    """`host` serves `image` only to `username` with `password`."""

    image = "private/iris:1"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.username = "robot"
        self.password = secrets.token_urlsafe(24)

    def start(self) -> None:
        """Start the registry on a free port and push the image."""
        # Debian's package calls it docker-registry.
        executable = shutil.which("docker-registry") or shutil.which("registry")
        if not executable:
            raise RuntimeError("no registry on PATH: run toolchain/build.py --for tests")
        process = self.serve(executable, "serve", str(self._write_config()))
        self.host = process.logged(r"listening on (127\.0\.0\.1:\d+)")
        self.authfile = self._write_authfile()
        self._push_image()

    def inspect(
        self, authfile: Path | None, image: str = image, *, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Read the image's description, with the credentials of a Docker config file or without credentials."""
        credentials = [f"--authfile={authfile}"] if authfile else []
        return self._skopeo(
            "inspect", "--tls-verify=false", *credentials, f"docker://{self.host}/{image}", check=check
        )

    def pull(
        self, target: Path, authfile: Path | None, image: str = image, *, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Fetch the image into a folder, with the credentials of a Docker config file or without credentials."""
        credentials = [f"--src-authfile={authfile}"] if authfile else []
        source = f"docker://{self.host}/{image}"
        return self._skopeo(
            "copy", "--src-tls-verify=false", *credentials, source, f"dir:{target}", check=check
        )

    def _push_image(self) -> None:
        layout = self.folder / "layout"
        _write_image(layout)
        self._skopeo(
            "copy",
            "--dest-tls-verify=false",
            f"--dest-authfile={self.authfile}",
            f"oci:{layout}",
            f"docker://{self.host}/{self.image}",
        )

    def _skopeo(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        home = self.folder / "home"  # not the developer's logins
        home.mkdir(exist_ok=True)
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "TMPDIR": str(home),
        }
        command = ["skopeo", "--insecure-policy", *arguments]
        return run_program(command, arguments[0], env=env, cwd=self.folder, check=check)

    def _write_config(self) -> Path:
        passwords = self.folder / "htpasswd"
        hashed = bcrypt.hashpw(self.password.encode(), bcrypt.gensalt(rounds=4)).decode()
        passwords.write_text(f"{self.username}:{hashed}\n")
        file = self.folder / "registry.yml"
        file.write_text(
            json.dumps(
                {
                    "version": "0.1",  # of the file's format; JSON is YAML
                    "storage": {"filesystem": {"rootdirectory": str(self.folder / "storage")}},
                    "http": {"addr": "127.0.0.1:0"},
                    "auth": {"htpasswd": {"realm": "tests", "path": str(passwords)}},
                }
            )
        )
        return file

    def _write_authfile(self) -> Path:
        file = self.folder / "auth.json"
        file.touch(mode=0o600)
        pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        file.write_text(json.dumps({"auths": {self.host: {"auth": pair}}}))
        return file


def _write_image(layout: Path) -> None:
    """Write an image with one small file as an OCI image layout."""
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    layer = _archive("model.txt", b"iris\n")
    description = {
        "architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MEDIA_TYPES["manifest"],
        "config": _blob(blobs, "config", _json(description)),
        "layers": [_blob(blobs, "layer", layer)],
    }
    index = {"schemaVersion": 2, "manifests": [_blob(blobs, "manifest", _json(manifest))]}
    (layout / "index.json").write_bytes(_json(index))
    (layout / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))


def _blob(blobs: Path, kind: str, content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    (blobs / digest).write_bytes(content)
    return {"mediaType": MEDIA_TYPES[kind], "digest": f"sha256:{digest}", "size": len(content)}


def _archive(name: str, content: bytes) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def _json(content: Mapping[str, object]) -> bytes:
    return json.dumps(content).encode()
