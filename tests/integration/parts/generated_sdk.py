"""SDKs of the plugin, generated from its schema with Pulumi's own generators."""

import os
import subprocess
import sys
from pathlib import Path

from .isolated_engine import IsolatedEngine
from .npm import ENVIRONMENT, npm_packages

PLUGIN = f"{sys.prefix}/bin/pulumi-resource-seldon-secrets"
# The version of toolchain/pulumi.
NODE_PACKAGES = ("@pulumi/pulumi@3.259.0", "typescript@5.9.3", "@types/node@20")


def generate(language: str, folder: Path, engine: IsolatedEngine) -> None:
    """Generate the SDK as `pulumi package add` does, which would need the language's plugin."""
    schema = engine.pulumi("package", "get-schema", PLUGIN, cwd=engine.folder).stdout
    subprocess.run(["sdk-generator", language, str(folder)], input=schema, text=True, check=True)


class NodeProject:
    """A folder with the TypeScript SDK, linked as npm links a local package."""

    def __init__(self, folder: Path, engine: IsolatedEngine) -> None:
        self.folder = folder
        self._installed = npm_packages("typescript-3.259.0", *NODE_PACKAGES)
        sdk = folder / "sdks" / "seldon-secrets"
        generate("nodejs", sdk, engine)
        linked = folder / "node_modules"
        (linked / "@pulumi").mkdir(parents=True)
        (linked / "@pulumi" / "seldon-secrets").symlink_to(sdk)
        for name in ("@pulumi/pulumi", "@types", "typescript"):
            (linked / name).symlink_to(self._installed / name)
        path = os.pathsep.join((str(self._installed / ".bin"), ENVIRONMENT["PATH"]))
        subprocess.run(
            ["node", "scripts/postinstall.js"],
            cwd=sdk,
            env={**ENVIRONMENT, "PATH": path},
            check=True,
            capture_output=True,
        )

    def compile(self, *arguments: str) -> str:
        """Run the TypeScript compiler and return its output."""
        return subprocess.run(
            [str(self._installed / ".bin" / "tsc"), *arguments],
            cwd=self.folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
