"""The fixture `manifests`: a folder of manifests, and commands that read it."""

from pathlib import Path

import pytest

from tests.support.manifests import Manifests


@pytest.fixture
def manifests(tmp_path: Path) -> Manifests:
    return Manifests(tmp_path)
