"""A registry's login → an image pull secret."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator

from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.remote import SeldonName
from seldon_secrets_pulumi.model.secret_data import check_size
from seldon_secrets_pulumi.model.seldon_labels import seldon_labels
from seldon_secrets_pulumi.problem import Problem

# Kubernetes, "Pull an Image from a Private Registry".
DATA_KEY = ".dockerconfigjson"


def _username(username: str) -> str:
    if not username or ":" in username or username != username.strip():
        raise ValueError("must not be empty, hold a colon, or start or end with white space")
    return username


def _password(password: str) -> str:
    if not password or password != password.strip():
        raise ValueError(
            "must not be empty, or start or end with white space (often a file's last line break)"
        )
    return password


def _docker_config(text: str) -> str:
    return docker_config.write(docker_config.read(text))


class Registry(Declaration):
    """The arguments of `RegistrySecret`."""

    secret_name: SeldonName
    docker_config_json: Annotated[str, AfterValidator(_docker_config)] | None = None
    server: Annotated[str, AfterValidator(docker_config.server_key)] | None = None
    username: Annotated[str, AfterValidator(_username)] | None = None
    password: Annotated[str, AfterValidator(_password)] | None = None
    email: str | None = None

    def conflicts(self) -> Iterator[Problem]:
        login = {name: getattr(self, name) for name in ("server", "username", "password", "email")}
        if self.docker_config_json is None:
            for name in ("server", "username", "password"):
                if login[name] is None:
                    yield Problem(name, "is required unless docker_config_json is given")
            return
        for name, value in login.items():
            if value is not None:
                yield Problem(name, "must not be given beside docker_config_json")

    def data(self) -> dict[str, str]:
        """What the Secret holds, not yet base64."""
        text = self.docker_config_json
        if text is None:
            entry = docker_config.login(self.username or "", self.password or "", self.email)
            text = docker_config.write({self.server or "": entry})
        data = {DATA_KEY: text}
        check_size(data, self.secret_name)
        return data


def registry_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels of a registry secret, the caller's own among them."""
    return {**labels, **seldon_labels("registry")}
