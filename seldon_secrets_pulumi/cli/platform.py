"""The options that connect a command to Seldon Enterprise Platform."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial, wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from seldon_secrets_pulumi.platform_api.settings import AUTH_METHODS, NO_PLATFORM, platform_settings, variable

if TYPE_CHECKING:
    from seldon_secrets_pulumi.platform_api.platform import Platform
    from seldon_secrets_pulumi.platform_api.settings import PlatformSettings

_PANEL = "Seldon Enterprise Platform"

# The parameter of each option: the setting, the option, its metavar and its help.
_OPTIONS: Mapping[str, tuple[str, str, str, str]] = {
    "platform_url": (
        "host",
        "--platform",
        "URL",
        f"The platform whose API the command asks, or `{NO_PLATFORM}`. Credentials come from the environment only.",
    ),
    "platform_oidc_server": (
        "oidc_server",
        "--platform-oidc-server",
        "URL",
        "The OIDC server with its realm.",
    ),
    "platform_client_id": (
        "oidc_client_id",
        "--platform-client-id",
        "ID",
        "The client's ID at the OIDC server.",
    ),
    "platform_user": ("username", "--platform-user", "NAME", "The user to log in as."),
    "platform_auth_method": (
        "auth_method",
        "--platform-auth-method",
        "METHOD",
        f"How to log in: {' or '.join(AUTH_METHODS)}.",
    ),
    "platform_ca": ("ssl_ca_cert", "--platform-ca", "FILE", "The certificates to trust, in PEM format."),
}


def asks_platform(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the platform in place of its parameter.

    The parameter is `platform`, a `Platform` or None, or `platform_settings`, a function that returns the settings of the
    options, or of the platform at an address if they name none.
    """
    own = signature(command)
    options = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=_annotation(*option))
        for name, option in _OPTIONS.items()
    ]

    @wraps(command)
    def with_platform(**arguments: Any) -> None:
        values = {setting: arguments.pop(name) for name, (setting, *_) in _OPTIONS.items()}
        if "platform_settings" in own.parameters:
            command(platform_settings=partial(_settings, values), **arguments)
            return
        with _platform(values) as platform:
            command(platform=platform, **arguments)

    parameters = [
        each for each in own.parameters.values() if each.name not in {"platform", "platform_settings"}
    ] + options
    with_platform.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_platform.__annotations__ = {each.name: each.annotation for each in parameters}
    return with_platform


def _annotation(setting: str, option: str, metavar: str, help_text: str) -> Any:
    return Annotated[
        Optional[str],  # noqa: UP045 - Typer reads this form on every Python
        typer.Option(
            option, metavar=metavar, envvar=variable(setting), rich_help_panel=_PANEL, help=help_text
        ),
    ]


def _settings(options: Mapping[str, str | None], host: str | None) -> "PlatformSettings | None":
    return platform_settings({**options, "host": options["host"] or host}, os.environ)


@contextmanager
def _platform(options: Mapping[str, str | None]) -> "Iterator[Platform | None]":
    settings = platform_settings(options, os.environ)
    if settings is None:
        yield None
        return
    from seldon_secrets_pulumi.platform_api.platform import Platform

    with Platform(settings) as platform:
        yield platform
