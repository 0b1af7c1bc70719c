"""How errors of the engine are told: in few lines, and what is forbidden in one."""

import pytest

from seldon_secrets_pulumi.cli.rollout_engine import _reason

FORBIDDEN = (
    '{} failed: secrets "{}" is forbidden: User "bot" cannot patch resource "secrets" in API group ""'
    ' in the namespace "team-a"'
)
NODES = 'nodes is forbidden: User "bot" cannot list resource "nodes" in API group "" at the cluster scope'


@pytest.mark.parametrize(
    ("told", "reason"),
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
def test_reasons(told: list[str], reason: str) -> None:
    assert _reason(told, "printed\n") == reason
