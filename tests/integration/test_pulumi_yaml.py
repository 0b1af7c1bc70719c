"""`render` reads a stack's file as the real Pulumi does."""

import json
import math
from pathlib import Path
from typing import Any

from tests.unit.stack.test_pulumi_yaml import AS_PULUMI

from .parts.isolated_engine import IsolatedEngine


def test_pulumi_reads_the_same_values(isolated_engine: IsolatedEngine, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: values\nruntime: python\n")
    isolated_engine.pulumi("stack", "init", "dev", cwd=tmp_path)
    file = tmp_path / "Pulumi.dev.yaml"
    header = file.read_text() if file.exists() else ""
    items = "".join(f"    - {text}\n" for text, _ in AS_PULUMI)
    file.write_text(f"{header}config:\n  values:list:\n{items}")
    config = json.loads(isolated_engine.pulumi("config", "--json", cwd=tmp_path).stdout)
    read = config["values:list"]["objectValue"]
    assert [
        text for (text, value), theirs in zip(AS_PULUMI, read, strict=True) if not is_same(value, theirs)
    ] == []


def is_same(value: Any, other: Any) -> bool:
    """JSON has no integers."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return isinstance(other, (int, float)) and math.isclose(value, other)
    return value == other and type(value) is type(other)


def test_pulumi_refuses_a_key_twice(isolated_engine: IsolatedEngine, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: values\nruntime: python\n")
    isolated_engine.pulumi("stack", "init", "dev", cwd=tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  values:list:\n  - a: 1\n    a: 2\n")
    refused = isolated_engine.pulumi("config", "--json", cwd=tmp_path, check=False)
    assert "already defined" in refused.stderr
