"""How a Secret in a cluster may differ from the state, and that no difference shows a value."""

import json
from pathlib import Path

import pytest

from seldon_secrets_pulumi.inventory import api_request
from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.rollout.verification import (
    Clusters,
    ExpectedSecret,
    Verification,
    differences,
    expected_secrets,
    verify,
)
from tests.support.answering_server import Answer, answering
from tests.support.kubeconfigs import write_kubeconfig

LABELS = {"secret-type": "bucket"}
INPUTS = {"metadata": {"labels": LABELS}, "data": {"A": "Y2FuYXJ5"}, "stringData": {"B": "canary"}}
MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
CANARY = b"canary"


def no_wait(_: float) -> None:
    pass


def never(text: str) -> None:
    raise AssertionError(text)


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
    [verification] = verify([secret], Clusters(), no_wait, never)
    assert verification == Verification("ns/one", (), verification.unread)
    assert verification.unread
    assert "kubernetes:cluster is not supported" in verification.unread


class UnreliableServer:
    """An API server whose first answers are failures, and with two Secrets as they should be after that."""

    def __init__(self, *failures: Answer) -> None:
        self.failures = list(failures)
        self.messages: list[str] = []
        self.waits: list[float] = []

    def __call__(self, _: str, path: str) -> Answer:
        if self.failures:
            return self.failures.pop(0)
        secret = {"kind": "Secret", "metadata": {"name": path.rpartition("/")[2], "namespace": "ns"}}
        return Answer(body=json.dumps(secret).encode())

    def verify(self, folder: Path) -> list[Verification]:
        with answering(self) as url:
            provider = {"kubeconfig": str(write_kubeconfig(folder, url))}
            secrets = [ExpectedSecret(f"urn:{id_}", id_, {}, provider) for id_ in ("ns/one", "other/two")]
            return list(verify(secrets, Clusters(), self.waits.append, self.messages.append))


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_request, "_FIRST_WAIT_SECONDS", 0.01)


@pytest.mark.usefixtures("short_waits")
def test_a_secret_that_can_not_be_read_is_read_again(tmp_path: Path) -> None:
    server = UnreliableServer(*[Answer(503)] * 6)
    assert server.verify(tmp_path) == [Verification("ns/one"), Verification("other/two")]
    assert server.waits == [2, 4]
    assert [message.rpartition(";")[2] for message in server.messages] == [
        " trying again in 2 s (2 of 3)",
        " trying again in 4 s (3 of 3)",
    ]
    assert all("503" in message for message in server.messages)


@pytest.mark.usefixtures("short_waits")
def test_all_namespaces_share_the_further_tries(tmp_path: Path) -> None:
    """A cluster that does not come back costs seconds, and not seconds for each of a hundred namespaces."""
    server = UnreliableServer(*[Answer(503)] * 100)
    assert [bool(verification.unread) for verification in server.verify(tmp_path)] == [True, True]
    assert server.waits == [2, 4]
    # Three requests for each try, three tries for the first namespace and one for the other.
    assert len(server.failures) == 100 - 3 * 4


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize("failure", [Answer(401), Answer(403), Answer(429, headers={"Retry-After": "3600"})])
def test_a_failure_that_stays_is_not_waited_for(tmp_path: Path, failure: Answer) -> None:
    server = UnreliableServer(failure)
    one, two = server.verify(tmp_path)
    assert one.unread
    assert not two.unread
    assert server.waits == []
