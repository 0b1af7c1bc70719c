"""Which stacks a rollout goes over, in which order."""

import pytest

from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rollout.batches import batches, command

GROUPS = ["dev,qa", "staging", "eu, us"]


@pytest.mark.parametrize(
    ("until", "parallel", "planned"),
    [
        (None, True, [("dev", "qa"), ("staging",), ("eu", "us")]),
        (None, False, [("dev",), ("qa",), ("staging",), ("eu",), ("us",)]),
        ("eu", True, [("dev", "qa"), ("staging",), ("eu",)]),
        ("dev", False, [("dev",)]),
    ],
)
def test_groups_run_in_order(until: str | None, parallel: bool, planned: list[tuple[str, ...]]) -> None:
    assert batches(GROUPS, until, parallel=parallel) == planned


@pytest.mark.parametrize(
    ("groups", "until", "rule"),
    [
        (["dev,", "prod"], None, "comma between"),
        (["dev", "prod,dev"], None, "dev is named twice"),
        (["dev", "prod"], "prd", "prd is none of the stacks; did you mean prod?"),
    ],
)
def test_wrong_groups_are_refused(groups: list[str], until: str | None, rule: str) -> None:
    with pytest.raises(InvalidArguments, match=rule):
        batches(groups, until, parallel=False)


def test_the_command_that_goes_on() -> None:
    left = [("qa",), ("eu", "us")]
    assert command(left, ["--yes", "--cwd", "my project"]) == (
        "seldon-secrets rollout qa eu,us --yes --cwd 'my project'"
    )
