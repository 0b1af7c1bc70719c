"""Which stacks a rollout updates, in which order."""

import pytest

from seldon_secrets_pulumi.errors import UsageError
from seldon_secrets_pulumi.rollout.batches import plan_batches, remaining

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
    assert plan_batches(GROUPS, until, parallel=parallel) == planned


@pytest.mark.parametrize(
    ("groups", "until", "rule"),
    [
        (["dev,", "prod"], None, "separated by commas"),
        (["dev", "prod,dev"], None, "dev is listed twice"),
        (["dev", "prod"], "prd", "prd is not one of the stacks; did you mean prod?"),
    ],
)
def test_wrong_groups_are_refused(groups: list[str], until: str | None, rule: str) -> None:
    with pytest.raises(UsageError, match=rule):
        plan_batches(groups, until, parallel=False)


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(UsageError) as raised:
        plan_batches(["dev,", "dev"], "prd", parallel=False)
    assert [line.partition(":")[0] for line in str(raised.value).splitlines()] == [
        "STACKS",
        "STACKS",
        "--until",
    ]


def test_stacks_that_are_done_do_not_remain() -> None:
    assert remaining([("dev", "qa"), ("staging",), ("eu", "us")], {"dev", "staging"}) == [
        ("qa",),
        ("eu", "us"),
    ]
