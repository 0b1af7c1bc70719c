"""The `pulumi` command with its own home, backend and settings."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

TIMEOUT_SECONDS = 300


class IsolatedEngine:
    """Runs `pulumi` with the environment `env`. Tests add the variables that their programs need.

    Nothing destroys the stacks: their folders, and the cluster with its namespaces, are temporary.
    """

    def __init__(self, folder: Path, native_parts: Path) -> None:
        self.folder = folder
        backend, home, temporary = (folder / name for name in ("backend", "home", "tmp"))
        for subfolder in (backend, home, temporary):
            subfolder.mkdir()
        self.backend = backend
        self.env = {
            "PATH": os.pathsep.join((f"{sys.prefix}/bin", str(native_parts), os.environ["PATH"])),
            "VIRTUAL_ENV": sys.prefix,  # the Python that runs the programs
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "PULUMI_HOME": str(home / ".pulumi"),
            # Without `.attrs` files, which are not written atomically: docs/rollout.md.
            "PULUMI_BACKEND_URL": f"file://{backend}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE": "only for tests",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",  # report a missing program, do not download it
            "PULUMI_ERROR_OUTPUT_STRING": "1",  # an Output in an f-string raises
        }

    def configure(
        self, folder: Path, plain: Mapping[str, str] | None = None, secret: Mapping[str, str] | None = None
    ) -> None:
        """Set configuration of the selected stack in one call, because each call derives the encryption key again."""
        settings = {"plaintext": plain, "secret": secret}
        options = (
            f"--{kind}={name}={value}"
            for kind, values in settings.items()
            for name, value in (values or {}).items()
        )
        self.pulumi("config", "set-all", *options, cwd=folder)

    def pulumi(
        self,
        *arguments: str,
        cwd: Path,
        check: bool = True,
        env: Mapping[str, str] | None = None,
        text: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run it without a terminal, with `text` on standard input. With `check`, a failure raises and shows the output."""
        finished = subprocess.run(
            ["pulumi", *arguments],
            cwd=cwd,
            env={**self.env, **(env or {})},
            input=text,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        if check and finished.returncode != 0:
            raise AssertionError(
                f"pulumi {' '.join(arguments)}: code {finished.returncode}\n{finished.stdout}\n{finished.stderr}"
            )
        return finished
