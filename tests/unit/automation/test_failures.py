"""How pulumi's errors are reported: in few lines, and missing permissions in one."""

import pytest
from pulumi.automation import CommandError, CommandResult

from seldon_secrets_pulumi.automation.failures import reason

FORBIDDEN = (
    '{} failed: secrets "{}" is forbidden: User "bot" cannot patch resource "secrets" in API group ""'
    ' in the namespace "team-a"'
)
NODES = 'nodes is forbidden: User "bot" cannot list resource "nodes" in API group "" at the cluster scope'


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        (
            [FORBIDDEN.format("create", "a"), FORBIDDEN.format("update", "b"), "update failed"],
            "you (bot) may not patch secrets in the namespace team-a",
        ),
        ([NODES], "you (bot) may not list nodes in the whole cluster"),
        (["<{%reset%}>config is wrong<{%reset%}>\n", "preview failed"], "config is wrong"),
        (["update failed"], "update failed"),
        ([], "printed"),
    ],
)
def test_reasons(reported: list[str], expected: str) -> None:
    error = CommandError(CommandResult(stdout="", stderr="printed\n", code=255))
    assert reason(error, reported) == expected


def test_errors_that_pulumi_prints_among_its_progress_are_reported() -> None:
    output = "Importing\n  Secret (x):\n    error: resource 'x' does not exist\n\nResources: 1 errored"
    assert reason(CommandError(CommandResult(output, "", 1))) == "error: resource 'x' does not exist"
    assert reason(CommandError(CommandResult(output, "error: locked\n", 1))) == "error: locked"
