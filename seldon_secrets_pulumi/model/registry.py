"""A registry's login → an image pull secret."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator

from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.remote import SeldonName
from seldon_secrets_pulumi.model.secret_data import size_problems
from seldon_secrets_pulumi.model.seldon_labels import seldon_labels
from seldon_secrets_pulumi.problem import Problem

# Kubernetes, "Pull an Image from a Private Registry".
DOCKER_CONFIG_KEY = ".dockerconfigjson"


def _docker_config(text: str) -> str:
    decoded = _decoded(text)
    docker_config.read(decoded)
    return decoded


def _decoded(text: str) -> str:
    """The text behind base64, as in a Secret's manifest. Any other text stays unchanged."""
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True).decode("utf-8-sig")
    except (binascii.Error, ValueError):
        return text
    return decoded if decoded.lstrip().startswith("{") else text


class Registry(Declaration):
    """The arguments of `RegistrySecret`."""

    secret_name: SeldonName
    docker_config_json: Annotated[str, AfterValidator(_docker_config)] | None = None
    server: Annotated[str, AfterValidator(docker_config.server_key)] | None = None
    username: Annotated[str, AfterValidator(docker_config.check_username)] | None = None
    password: Annotated[str, AfterValidator(docker_config.check_password)] | None = None
    email: str | None = None

    def conflicts(self) -> Iterator[Problem]:
        whole_config = self.is_set("docker_config_json")
        for name in ("server", "username", "password", "email"):
            is_set = self.is_set(name)
            if whole_config and is_set:
                yield Problem(name, "must not be set together with {}", ("docker_config_json",), "conflict")
            elif whole_config is False and is_set is False and name != "email":
                yield Problem(name, "is required unless {} is set", ("docker_config_json",), "required")

    def content_problems(self) -> Iterator[Problem]:
        if self.has_settled_content and not any(self.conflicts()):
            yield from size_problems(self.data(), self.secret_name)

    def data(self) -> dict[str, str]:
        """The data of the Secret, before base64."""
        if self.docker_config_json is not None:
            auths = docker_config.read(self.docker_config_json).auths
        else:
            entry = docker_config.login(self.username or "", self.password or "", self.email)
            auths = {self.server or "": entry}
        return {DOCKER_CONFIG_KEY: docker_config.write(auths)}

    @property
    def without_login(self) -> tuple[str, ...]:
        """The registries that the Docker config mentions without a login, quoted. The Secret omits them."""
        text = self.docker_config_json
        return () if text is None else docker_config.read(text).without_login


def registry_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels of a registry secret, including the caller's own."""
    return {**labels, **seldon_labels("registry")}
