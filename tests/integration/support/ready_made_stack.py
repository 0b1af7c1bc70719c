"""The ready-made stack on a cluster: a copy of the project, with a stack of its own."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.integration.parts.control_plane import ControlPlane
from tests.integration.parts.isolated_engine import IsolatedEngine

ROOT = Path(__file__).parents[3]


class ReadyMadeStack:
    """A copy of the project with one stack on the cluster, in two namespaces of its own."""

    def __init__(
        self,
        engine: IsolatedEngine,
        cluster: ControlPlane,
        folder: Path,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.env = {"KUBECONFIG": str(cluster.kubeconfig), **(env or {})}
        self.engine, self.cluster, self.folder = engine, cluster, folder
        shutil.copy(ROOT / "Pulumi.yaml", folder)
        shutil.copytree(ROOT / "stack", folder / "stack")
        self.namespaces = [cluster.create_namespace(), cluster.create_namespace()]
        self.pulumi("stack", "init", "test")
        self.file = folder / "Pulumi.test.yaml"

    def pulumi(self, *arguments: str, check: bool = True, text: str = "") -> str:
        finished = self.engine.pulumi(
            *arguments,
            cwd=self.folder,
            check=check,
            env=self.env,
            text=text,
        )
        return finished.stdout + finished.stderr

    def configure(self, **settings: Any) -> None:
        """Write the settings into the stack's file, as an editor does."""
        content = yaml.safe_load(self.file.read_text())
        content["config"] = content.get("config", {}) | {
            f"seldon-secrets:{name}": value for name, value in settings.items()
        }
        content["config"]["kubernetes:enableSecretMutable"] = "true"
        self.file.write_text(yaml.safe_dump(content, sort_keys=False))

    def configured(self, name: str) -> Any:
        return yaml.safe_load(self.file.read_text())["config"][f"seldon-secrets:{name}"]

    def encrypt(self, path: str, value: str) -> None:
        self.pulumi("config", "set", "--secret", "--path", f"seldon-secrets:{path}", text=value)

    def names(self) -> list[list[str]]:
        return [sorted(self.cluster.secrets(namespace)) for namespace in self.namespaces]

    def steps(self) -> Mapping[str, list[str]]:
        steps: dict[str, list[str]] = {}
        for step in json.loads(self.pulumi("preview", "--json"))["steps"]:
            steps.setdefault(step["op"], []).append(step["urn"].rpartition("::")[2])
        return {operation: sorted(names) for operation, names in steps.items() if operation != "same"}
