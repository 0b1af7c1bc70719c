"""What a cluster's answers become, with a server that is wrong or broken in one way at a time."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from seldon_secrets_pulumi.inventory import api_request
from seldon_secrets_pulumi.inventory.cluster import Cluster, ClusterError
from seldon_secrets_pulumi.inventory.source import ClusterSource, PartialAnswerError
from seldon_secrets_pulumi.time_limit import within
from tests.support.answering_server import Answer, answering
from tests.support.canaries import CANARY
from tests.support.kubeconfigs import write_kubeconfig

Server = Callable[[str, str], Answer]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_request, "_FIRST_WAIT_SECONDS", 0.01)


def answer(kind: str, *names: str, page: str = "", **fields: Any) -> Answer:
    content: dict[str, Any] = {"kind": kind, "metadata": {"continue": page}, **fields}
    if kind.endswith("List"):
        content["items"] = [{"metadata": {"name": name, "namespace": "team"}} for name in names]
    return Answer(body=json.dumps(content).encode())


def allowed(is_allowed: object) -> Answer:
    return answer("SelfSubjectAccessReview", status={"allowed": is_allowed})


@contextmanager
def cluster_of(folder: Path, server: Server) -> Iterator[Cluster]:
    with answering(server) as url:
        yield Cluster(kubeconfig=str(write_kubeconfig(folder, url)))


def read(cluster: Cluster, *namespaces: str) -> list[str]:
    return [secret.name for secret in cluster.secrets(namespaces, lambda _: None)]


def reason(folder: Path, server: Server, use: Callable[[Cluster], object]) -> str:
    with cluster_of(folder, server) as cluster, pytest.raises(ClusterError) as raised:
        use(cluster)
    text = str(raised.value)
    assert CANARY not in text
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Answer(body=b"<html>log in</html>", headers={"Content-Type": "text/html"}), "is a web page"),
        (Answer(), "is empty"),
        (Answer(body=b"{}"), "is not a Secret"),
        (Answer(body=b'{"kind":"Secret"}'), "is not a Secret"),
        (Answer(body=b'{"kind":"Secret","metadata":{"name":1}}'), "is not a Secret"),
        (Answer(body=b'{"kind":"Status","metadata":{"name":"x"}}'), "is not a Secret"),
        (Answer(body=b'{"kind":"Secret","meta'), "is not JSON, or cut off"),
        (Answer(body=b"[" * 100_000), "is not JSON, or cut off"),
        (Answer(body=b"\xff"), "is not JSON, or cut off"),
        (Answer(302, headers={"Location": "http://login.invalid"}), "answered 302 Found, as an API server does not"),
        (Answer(401), "does not accept your credentials"),
        (Answer(403), "you may not get Secrets in the namespace team"),
        (Answer(418), "answered 418"),
        (Answer(500), "answered 500 Internal Server Error (tried 3 times)"),
        (Answer(409), "answered 409 Conflict (tried 3 times)"),
        (Answer(429, headers={"Retry-After": "3600"}), "it asks to wait 3600 s, so run the command again later"),
        (Answer(body=b"{", missing=9), "the answer ended too early (tried 3 times)"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_secret_is_one_line(tmp_path: Path, wrong: Answer, message: str) -> None:
    assert message in reason(tmp_path, lambda _, __: wrong, lambda cluster: cluster.secret("team", "models"))


@pytest.mark.parametrize("items", ["1", "[1]", '[{"metadata": []}]', "null"])
def test_a_list_of_something_else(tmp_path: Path, items: str) -> None:
    wrong = Answer(body=f'{{"kind": "NamespaceList", "metadata": {{}}, "items": {items}}}'.encode())
    assert "is not a NamespaceList" in reason(tmp_path, lambda _, __: wrong, read)


@pytest.mark.parametrize("fault", [Answer(503), Answer(429), Answer(500), Answer(body=b"{", missing=9)])
def test_a_read_is_tried_three_times(tmp_path: Path, fault: Answer) -> None:
    good = answer("Secret", metadata={"name": "models", "namespace": "team"})
    answers = [fault, fault, good]
    with cluster_of(tmp_path, lambda _, __: answers.pop(0)) as cluster:
        assert str(cluster.secret("team", "models")) == "team/models"


def test_a_short_retry_after_is_obeyed(tmp_path: Path) -> None:
    good = answer("Secret", metadata={"name": "models", "namespace": "team"})
    answers = [Answer(429, headers={"Retry-After": "1"}), good]
    start = time.monotonic()
    with cluster_of(tmp_path, lambda _, __: answers.pop(0)) as cluster:
        cluster.secret("team", "models")
    assert time.monotonic() - start >= 1


@pytest.mark.parametrize(
    ("fault", "requests", "message"),
    [
        (Answer(503), 1, "answered 503"),
        (Answer(body=b"{", missing=9), 1, "the answer ended too early"),
        (Answer(429), 3, "answered 429"),  # it was rejected before it began
        (Answer(409), 1, "team/models has changed in the meantime"),
        (Answer(422), 1, "team/models has changed in the meantime"),
        (Answer(403), 1, "you may not patch Secrets in the namespace team"),
    ],
)
def test_a_change_that_may_have_happened_is_not_repeated(
    tmp_path: Path, fault: Answer, requests: int, message: str
) -> None:
    methods: list[str] = []

    def server(method: str, _: str) -> Answer:
        methods.append(method)
        return fault

    assert message in reason(tmp_path, server, lambda cluster: cluster.patch("team", "models", []))
    assert methods == ["PATCH"] * requests


def test_an_answer_that_never_ends_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_request, "_ANSWER_SECONDS", 0.2)

    def server(_: str, __: str) -> Answer:
        time.sleep(1)
        return Answer()

    text = reason(tmp_path, server, lambda cluster: cluster.secret("team", "models"))
    assert "it was not complete after 0.2 s" in text


def test_within_raises_the_errors_of_the_call() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        within(1, fail)


def expiring(*pages: Answer) -> Server:
    """A server with one namespace, whose first selection of Secrets has these pages."""
    remaining = list(pages)

    def server(_: str, path: str) -> Answer:
        if "/secrets" not in path:
            return answer("NamespaceList", "team")
        return remaining.pop(0) if remaining else answer("SecretList")

    return server


def test_a_list_that_expires_starts_again_once_without_repetitions(tmp_path: Path) -> None:
    first, gone = answer("SecretList", "a", "b", page="2"), Answer(410)
    with cluster_of(tmp_path, expiring(first, gone, first, answer("SecretList", "b", "c"))) as cluster:
        assert read(cluster, "team") == ["a", "b", "c"]
    assert "listing took too long" in reason(
        tmp_path, expiring(first, gone, first, gone), lambda cluster: read(cluster, "team")
    )


def test_a_namespace_that_does_not_exist_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    def server(_: str, path: str) -> Answer:
        return answer("SecretList") if "/secrets" in path else answer("NamespaceList", "team-a", "other")

    assert reason(tmp_path, server, lambda cluster: read(cluster, "taem-a")) == (
        "the namespace taem-a does not exist; did you mean team-a?"
    )
    with cluster_of(tmp_path, server) as cluster:
        source = ClusterSource(cluster, ["team-a", "taem-a"])
        assert list(source.secrets()) == []
        with pytest.raises(PartialAnswerError, match="partial: the namespace taem-a does not exist; did you"):
            source.check_complete()


@pytest.mark.parametrize(("status", "is_known"), [(404, True), (403, False)])
def test_a_namespace_is_missing_only_if_the_caller_may_know_it(
    tmp_path: Path, status: int, is_known: bool
) -> None:
    def server(_: str, path: str) -> Answer:
        if "/secrets" in path:
            return answer("SecretList")
        return Answer(status) if path.endswith("/typo") else Answer(403)

    with cluster_of(tmp_path, server) as cluster:
        if is_known:
            with pytest.raises(ClusterError, match=r"^the namespace typo does not exist$"):
                read(cluster, "typo")
        else:
            assert read(cluster, "typo") == []
            assert list(cluster.missing_namespaces()) == []


@pytest.mark.parametrize(
    ("review", "message"),
    [
        (Answer(403), "you may not ask the API server for your permissions"),
        (Answer(503), "answered 503"),
        (allowed("yes"), "is not a SelfSubjectAccessReview"),
    ],
)
def test_permissions_that_stay_unknown_make_the_answer_partial(
    tmp_path: Path, review: Answer, message: str
) -> None:
    with cluster_of(tmp_path, lambda _, __: review) as cluster:
        source = ClusterSource(cluster, ["team"])
        assert list(source.denied(["team"])) == []
        with pytest.raises(PartialAnswerError, match=f"your permissions are unknown: .*{message}"):
            source.check_complete()


def test_permissions_that_are_known(tmp_path: Path) -> None:
    answers = [allowed(True), allowed(False)]
    with cluster_of(tmp_path, lambda _, __: answers.pop(0)) as cluster:
        source = ClusterSource(cluster, ["team"])
        assert list(source.denied(["team"], ("get", "list"))) == [("team", ["list"])]
        source.check_complete()
