"""Which failures of an operation may have passed when it runs again."""

import pytest

from seldon_secrets_pulumi.automation.transient import are_transient

CREATION = (
    'resource "urn:pulumi:dev::seldon-secrets::seldon-secrets:index:SeldonSecrets$kubernetes:core/v1:Secret'
    '::team/models-bucket-envvars" was not successfully created by the Kubernetes API server: {}'
)
UPDATE = (
    'update of resource "urn:pulumi:dev::seldon-secrets::kubernetes:core/v1:Secret::team/models-bucket-envvars"'
    " failed: {}\n"
)
PATCH = 'Patch "https://10.0.0.1:6443/api/v1/namespaces/team/secrets/models?fieldManager=a&force=false": {}'

PASSING = [
    "the server reported a conflict (patch secrets models)",
    (
        'Operation cannot be fulfilled on secrets "models": the object has been modified; please apply your changes to'
        " the latest version and try again"
    ),
    "the server has received too many requests and has asked us to try again later (patch secrets models)",
    "Too many requests, please try again later.",
    "the server is currently unable to handle the request (patch secrets models)",
    "the server was unable to return a response in the time allotted, but may still be processing the request",
    'an error on the server ("<html>Bad Gateway</html>") has prevented the request from succeeding',
    "Timeout: request did not complete within requested timeout - context deadline exceeded",
    "Internal error occurred: resource quota evaluation timed out",
    "etcdserver: request timed out",
    "etcdserver: leader changed",
    "rpc error: code = Unavailable desc = error reading from server",
    "Conflict",
    "Too Many Requests",
    "Internal Server Error",
    "Bad Gateway",
    "Service Unavailable",
    "Gateway Timeout",
    PATCH.format("EOF"),
    PATCH.format("unexpected EOF"),
    PATCH.format("read tcp 10.0.0.2:1->10.0.0.1:6443: read: connection reset by peer"),
    PATCH.format("dial tcp 10.0.0.1:6443: connect: connection refused"),
    PATCH.format("http2: client connection lost"),
    PATCH.format("net/http: TLS handshake timeout"),
]
STAYING = [
    'secrets "models" is forbidden: User "bot" cannot patch resource "secrets" in API group "" in the namespace "team"',
    'secrets "models" already exists',
    'Apply failed with 1 conflict: conflict with "kubectl" using v1: .data.RCLONE_CONFIG_A_TYPE',
    'namespaces "team" not found',
    'Secret "models" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    "the server has asked for the client to provide credentials",
    "Unauthorized",
    PATCH.format("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
    PATCH.format("dial tcp: lookup cluster.example: no such host"),
    'admission webhook "policy.example" denied the request: EOF-bucket is not a name of ours',
    'secrets "connection-refused-eof" not found',
]


@pytest.mark.parametrize("frame", ["{}", CREATION, UPDATE])
@pytest.mark.parametrize("text", PASSING)
def test_failures_that_pass(text: str, frame: str) -> None:
    assert are_transient([frame.format(text), "preview failed"])
    assert are_transient([f"<{{%reset%}}>{frame.format(text)}<{{%reset%}}>\n"])


@pytest.mark.parametrize("frame", ["{}", CREATION, UPDATE])
@pytest.mark.parametrize("text", STAYING)
def test_failures_that_stay(text: str, frame: str) -> None:
    assert not are_transient([frame.format(text), "preview failed"])


def test_every_error_must_be_transient() -> None:
    assert not are_transient([CREATION.format(PASSING[0]), UPDATE.format(STAYING[0])])
    assert are_transient([CREATION.format(PASSING[0]), UPDATE.format(PASSING[1])])


def test_a_failure_without_a_reason_stays() -> None:
    assert not are_transient([])
    assert not are_transient(["preview failed", ""])
