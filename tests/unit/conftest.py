"""Fixtures for several packages: a folder of manifests, and programs under Pulumi's mocks."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.runtime import settings

from tests.support.manifests import Manifests
from tests.support.mocked_run import Run


@pytest.fixture
def manifests(tmp_path: Path) -> Manifests:
    return Manifests(tmp_path)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Run]:
    # An Output in a string is an error, not a hint.
    monkeypatch.setenv("PULUMI_ERROR_OUTPUT_STRING", "1")
    monkeypatch.delenv("PULUMI_K8S_ENABLE_SECRET_MUTABLE", raising=False)
    assert os.environ["PULUMI_ERROR_OUTPUT_STRING"] == "1"
    caplog.set_level(logging.WARNING)
    yield Run()
    settings.ROOT.set(None)
