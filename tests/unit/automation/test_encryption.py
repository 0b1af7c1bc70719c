"""Why a value can't be encrypted."""

import errno
import os
import tempfile
from typing import Any

import pytest

from seldon_secrets_pulumi.automation.encryption import Encryption, EncryptionError


def test_no_space_for_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/seldon-secrets-1")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    project: Any = None
    with pytest.raises(EncryptionError) as raised:
        Encryption(project, "dev", {}).encrypted(["value"], lambda _: None)
    assert str(raised.value) == (
        "no temporary file can be written: /tmp/seldon-secrets-1: No space left on device"
    )
