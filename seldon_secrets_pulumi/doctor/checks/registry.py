"""Checks of registry secrets."""

from collections.abc import Iterator
from contextlib import suppress

from seldon_secrets_pulumi.doctor.check import Example, error, warning
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json

# The kubelet reads kubernetes.io/dockercfg too (kubernetes `pkg/credentialprovider/secrets/secrets.go`).
_OLD_TYPE, _OLD_KEY = "kubernetes.io/dockercfg", ".dockercfg"
_READ_BY_NODES = frozenset({KUBERNETES_TYPES["registry"], _OLD_TYPE})


@error(
    "registry-type",
    "Nodes don't read registry credentials from Secrets of this type.",
    "Re-create the Secret with the type kubernetes.io/dockerconfigjson, because a Secret's type can't be changed.",
)
def registry_type(subject: Subject) -> Iterator[str]:
    if subject.secret.kind == "registry" and subject.secret.type not in _READ_BY_NODES:
        yield f"the type is {subject.secret.type}"


@error(
    "registry-key",
    "Nodes look for the Docker config under another key.",
    "Name the key .dockerconfigjson.",
    Example(wrong="config.json: …", right=".dockerconfigjson: …"),
)
def registry_key(subject: Subject) -> Iterator[str]:
    keys = {DOCKER_CONFIG_KEY, _OLD_KEY} if subject.secret.type == _OLD_TYPE else {DOCKER_CONFIG_KEY}
    data = subject.secret.data
    if subject.secret.kind == "registry" and data and keys.isdisjoint(data):
        yield f"no key {DOCKER_CONFIG_KEY}"


@error(
    "docker-config",
    "Nodes can't parse the Docker config.",
    "Store a whole Docker config file, or pass server, username and password to a component.",
)
def broken_docker_config(subject: Subject) -> Iterator[str]:
    text = _text(subject)
    if text is None:
        return
    try:
        if not isinstance(parse_json(text), dict):
            yield "must be a JSON object with auths"
    except UnreadableTextError as unreadable:
        yield "starts with a byte order mark" if text.startswith("\ufeff") else str(unreadable)


@error(
    "docker-helper",
    "The credentials are in a helper of the machine that created the Docker config, and nodes don't have it.",
    "Use server, username and password instead.",
)
def docker_helper(subject: Subject) -> Iterator[str]:
    yield from _unusable_logins(subject, with_helper=True)


@error(
    "docker-credentials",
    "The Docker config contains no credentials that nodes can use.",
    "Use server, username and password, or a config with auths.",
)
def docker_credentials(subject: Subject) -> Iterator[str]:
    yield from _unusable_logins(subject, with_helper=False)


@warning(
    "docker-entry",
    "The Docker config mentions a registry without a login, so nodes pull from it anonymously.",
    "Add the login, or remove the entry.",
    Example(wrong='"auths": {"ghcr.io": {}, …}', right='"auths": {"ghcr.io": {"auth": "…"}, …}'),
)
def docker_entry(subject: Subject) -> Iterator[str]:
    with suppress(ValueError):
        yield from (
            f"auths, entry {server}" for server in docker_config.read(_text(subject) or "").without_login
        )


def _text(subject: Subject) -> str | None:
    return subject.secret.text.get(DOCKER_CONFIG_KEY) if subject.secret.kind == "registry" else None


def _unusable_logins(subject: Subject, *, with_helper: bool) -> Iterator[str]:
    """The problem of a config that can be parsed."""
    text = _text(subject) or ""
    try:
        config = parse_json(text)
    except UnreadableTextError:
        return
    if isinstance(config, dict) and ("credHelpers" in config or "credsStore" in config) is with_helper:
        try:
            docker_config.read(text)
        except ValueError as problem:
            yield str(problem)


REGISTRY = (
    registry_type,
    registry_key,
    broken_docker_config,
    docker_helper,
    docker_credentials,
    docker_entry,
)
