"""Pulumi's private functions: present in this release, and one clear sentence where they are not."""

import pulumi
import pulumi_kubernetes
import pytest
from pulumi.automation import _stack
from pulumi.runtime import config

from seldon_secrets_pulumi import pulumi_internals
from seldon_secrets_pulumi.errors import SeldonSecretsError
from tests.support.mocked_run import Run


def test_this_release_has_them(run: Run) -> None:
    def program() -> list[object]:
        assert pulumi_internals.kubernetes_resource_defaults().version
        return [pulumi_internals.configuration(), sorted(pulumi_internals.secret_setting_names())]

    assert run(program, config={"a:b": "c"})[0]["a:b"] == "c"


def test_another_release_is_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pulumi_kubernetes._utilities, "get_resource_opts_defaults")
    monkeypatch.delattr(config, "_SECRET_KEYS")
    monkeypatch.delattr(config, "CONFIG")
    monkeypatch.delattr(_stack, "StackInitMode")
    for function in (
        pulumi_internals.kubernetes_resource_defaults,
        pulumi_internals.configuration,
        pulumi_internals.secret_setting_names,
        pulumi_internals.existing_stack_mode,
    ):
        with pytest.raises(
            SeldonSecretsError, match="does not support this release of Pulumi's Python SDK"
        ) as error:
            function()
        assert isinstance(error.value, pulumi.RunError)  # no traceback in a program
