"""What a Secret on a cluster may differ in, and that no difference shows a value."""

import pytest

from seldon_secrets_pulumi.inventory.cluster import ClusterError
from seldon_secrets_pulumi.inventory.secret import LiveSecret, read_secret
from seldon_secrets_pulumi.rollout.verification import Expected, differences, expected, verified

LABELS = {"secret-type": "bucket"}
INPUTS = {"metadata": {"labels": LABELS}, "data": {"A": "Y2FuYXJ5"}, "stringData": {"B": "canary"}}
MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def live(labels: dict[str, str], **data: str) -> LiveSecret:
    return read_secret({"metadata": {"labels": labels}, "data": data})


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (live(LABELS | {"more": "x"}, A="Y2FuYXJ5", B="Y2FuYXJ5"), []),
        (None, ["is not there"]),
        (live({}, A="Y2FuYXJ5", B="Y2FuYXJ5"), ["label secret-type differs"]),
        (live(LABELS, A="eA=="), ["key A holds something else", "key B is missing"]),
        (live(LABELS, A="Y2FuYXJ5", B="Y2FuYXJ5", C="eA=="), ["key C is unexpected"]),
    ],
)
def test_differences(found: LiveSecret | None, wrong: list[str]) -> None:
    assert list(differences(INPUTS, found)) == wrong


def test_secrets_and_their_providers_are_read_from_the_state() -> None:
    provider = {"urn": "urn:p", "id": "1", "type": "pulumi:providers:kubernetes"}
    rendering = provider | {"urn": "urn:r", "inputs": {"renderYamlToDirectory": "out"}}
    secret = {"urn": "urn:s", "type": "kubernetes:core/v1:Secret", "id": "ns/one", "provider": "urn:p::1"}
    state = {
        "resources": [
            provider | {"inputs": {"kubeconfig": MARK | {"plaintext": '"content"'}, "context": "dev"}},
            rendering,
            secret | {"inputs": MARK | {"plaintext": '{"data": {"A": "eA=="}}'}},
            secret | {"id": "ns/rendered", "provider": "urn:r::1", "inputs": {}},
            secret | {"id": "ns/going", "delete": True, "inputs": {}},
        ]
    }
    [found] = expected(state)
    assert (found.name, found.inputs) == ("ns/one", {"data": {"A": "eA=="}})
    assert found.provider == {"kubeconfig": "content", "context": "dev"}
    assert "eA==" not in repr(found)


def test_a_cluster_that_cannot_be_followed_is_no_difference() -> None:
    """A Secret of that name may well be on the cluster of the context."""
    secret = Expected("urn:s", "ns/one", INPUTS, {"cluster": "other"})
    [(name, problem)] = verified([secret])
    assert name == "ns/one"
    assert "kubernetes:cluster can't be followed" in str(problem)
    assert isinstance(problem, ClusterError)
