"""How a Secret in a cluster may differ from the state, and that no difference shows a value."""

import pytest

from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.rollout.verification import (
    Clusters,
    ExpectedSecret,
    Verification,
    differences,
    expected_secrets,
    verify,
)

LABELS = {"secret-type": "bucket"}
INPUTS = {"metadata": {"labels": LABELS}, "data": {"A": "Y2FuYXJ5"}, "stringData": {"B": "canary"}}
MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
CANARY = b"canary"


def live_secret(labels: dict[str, str], data: dict[str, bytes]) -> LiveSecret:
    return LiveSecret("ns", "one", "Opaque", data, labels)


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        (live_secret(LABELS | {"more": "x"}, {"A": CANARY, "B": CANARY}), []),
        (None, ["does not exist"]),
        (live_secret({}, {"A": CANARY, "B": CANARY}), ["label secret-type differs"]),
        (live_secret(LABELS, {"A": b"x"}), ["key A has another value", "key B is missing"]),
        (live_secret(LABELS, {"A": CANARY, "B": CANARY, "C": b"x"}), ["key C is unexpected"]),
    ],
)
def test_differences(live: LiveSecret | None, expected: list[str]) -> None:
    assert list(differences(ExpectedSecret("urn:s", "ns/one", INPUTS, {}), live)) == expected


def test_an_additional_key_of_a_secret_without_seldons_label_is_no_difference() -> None:
    """Such as the token that Kubernetes adds to a service account's Secret."""
    secret = ExpectedSecret("urn:s", "ns/one", {"data": {"A": "Y2FuYXJ5"}}, {})
    assert list(differences(secret, live_secret({}, {"A": CANARY, "C": b"x"}))) == []


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
            secret | {"id": "ns/being-deleted", "delete": True, "inputs": {}},
        ]
    }
    [expected] = expected_secrets(state)
    assert (expected.id, expected.inputs) == ("ns/one", {"data": {"A": "eA=="}})
    assert (expected.namespace, expected.name, expected.data) == ("ns", "one", {"A": b"x"})
    assert expected.provider == {"kubeconfig": "content", "context": "dev"}
    assert "eA==" not in repr(expected)


def test_a_secret_of_an_unsupported_provider_is_unread_and_not_different() -> None:
    """A Secret of that name may well be on the cluster of the context."""
    secret = ExpectedSecret("urn:s", "ns/one", INPUTS, {"cluster": "other"})
    [verification] = verify([secret], Clusters())
    assert verification == Verification("ns/one", (), verification.unread)
    assert verification.unread
    assert "kubernetes:cluster is not supported" in verification.unread
