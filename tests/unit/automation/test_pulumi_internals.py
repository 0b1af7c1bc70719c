"""The private API of pulumi: what depends on it says so when it is gone."""

import pytest
from pulumi.automation import LocalWorkspace, _stack

from seldon_secrets_pulumi.automation.pulumi_internals import select_stack
from seldon_secrets_pulumi.errors import SeldonSecretsError


def test_a_pulumi_without_the_private_api_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(_stack, "StackInitMode")
    workspace = LocalWorkspace.__new__(LocalWorkspace)
    with pytest.raises(SeldonSecretsError, match=r"^pulumi \S+ for Python is not supported: [^\n]*$"):
        select_stack("dev", workspace)
