"""Checks of registry secrets."""

import json
from collections.abc import Iterator
from typing import Any

from seldon_secrets_pulumi.doctor.check import error
from seldon_secrets_pulumi.doctor.subject import Subject
from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.model.registry import DOCKER_CONFIG_KEY
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES


@error(
    "registry-type",
    "Nodes take no credentials from Secrets of another type.",
    "Make it anew with the type kubernetes.io/dockerconfigjson, which can't be changed.",
)
def registry_type(subject: Subject) -> Iterator[str]:
    type_ = subject.secret.type
    # The kubelet reads kubernetes.io/dockercfg too (kubernetes `pkg/credentialprovider/secrets/secrets.go`).
    if subject.secret.kind == "registry" and type_ not in {
        KUBERNETES_TYPES["registry"],
        "kubernetes.io/dockercfg",
    }:
        yield f"its type is {type_}"


@error(
    "registry-key",
    "The docker config is not where nodes look for it.",
    "Name the key .dockerconfigjson.",
)
def registry_key(subject: Subject) -> Iterator[str]:
    if (
        subject.secret.kind == "registry"
        and subject.secret.data
        and DOCKER_CONFIG_KEY not in subject.secret.data
    ):
        yield f"no key {DOCKER_CONFIG_KEY}"


@error(
    "docker-config",
    "The docker config is not JSON as nodes read it.",
    "Store the whole of a docker config file, or give server, username and password to a component.",
)
def broken_docker_config(subject: Subject) -> Iterator[str]:
    if (text := _text(subject)) is not None and _config(text) is None:
        yield _problem(text) or "starts with a byte order mark"


@error(
    "docker-helper",
    "The credentials are in a helper of the machine where the docker config was made, and nodes have none.",
    "Give server, username and password instead.",
)
def docker_helper(subject: Subject) -> Iterator[str]:
    yield from _problems_of_config(subject, has_helper=True)


@error(
    "docker-credentials",
    "The docker config holds no credentials that a node can use.",
    "Give server, username and password, or a config with auths.",
)
def docker_credentials(subject: Subject) -> Iterator[str]:
    yield from _problems_of_config(subject, has_helper=False)


def _text(subject: Subject) -> str | None:
    return subject.secret.text.get(DOCKER_CONFIG_KEY) if subject.secret.kind == "registry" else None


def _problems_of_config(subject: Subject, *, has_helper: bool) -> Iterator[str]:
    text = _text(subject) or ""
    config = _config(text)
    if config is None or ("credHelpers" in config or "credsStore" in config) is not has_helper:
        return
    if problem := _problem(text):
        yield problem


def _config(text: str) -> dict[str, Any] | None:
    try:
        config = json.loads(text)
    except ValueError:
        return None
    return config if isinstance(config, dict) else None


def _problem(text: str) -> str:
    try:
        docker_config.read(text)
    except ValueError as error_:
        return str(error_)
    return ""


REGISTRY = (registry_type, registry_key, broken_docker_config, docker_helper, docker_credentials)
