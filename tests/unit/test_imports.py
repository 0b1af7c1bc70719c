"""Importing the package is cheap, and its public names are complete."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pydantic", "pulumi_kubernetes", "cryptography", "yaml", "typer", "rich", "kubernetes")


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(*sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(finished.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import pulumi, seldon_secrets_pulumi").isdisjoint(
        set(HEAVY) - loaded_by("import pulumi")
    )


@pytest.mark.parametrize(
    "package", ["seldon_secrets_pulumi.model.s3", "seldon_secrets_pulumi.rclone.catalog"]
)
def test_the_model_knows_neither_pulumi_nor_kubernetes(package: str) -> None:
    assert loaded_by(f"import {package}").isdisjoint({"pulumi", "pulumi_kubernetes", "kubernetes"})


def test_every_public_name_is_there_and_no_other() -> None:
    import seldon_secrets_pulumi

    for name in seldon_secrets_pulumi.__all__:
        assert getattr(seldon_secrets_pulumi, name).__name__ == name
    assert dir(seldon_secrets_pulumi) == sorted(seldon_secrets_pulumi.__all__)
    source = Path(seldon_secrets_pulumi.__file__).read_text()
    assert set(re.findall(r"import \(?\s*(\w+) as \1\b", source)) == set(seldon_secrets_pulumi.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'S3BucketSecrets'"):
        getattr(seldon_secrets_pulumi, "S3BucketSecrets")  # noqa: B009 - mypy would see it
