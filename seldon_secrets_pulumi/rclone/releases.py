"""Which release of rclone introduced a backend, an option, or a provider.

`tools/generate_releases.py` generates the data, `releases.json`, which contains what each release added to the catalog.
The first lookup reads it. An older rclone rejects a backend that it doesn't have, silently ignores an option, and
treats a provider as an unknown one.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.rclone import catalog
from seldon_secrets_pulumi.rclone.catalog import Backend
from seldon_secrets_pulumi.rclone.option_types import is_combined_duration
from seldon_secrets_pulumi.rclone.wrapping import wrapped_remotes

_VERSION = re.compile(r"v?([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?")


class Version(NamedTuple):
    """A version of rclone."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return ".".join(map(str, self))


KEEPS_DASHES = Version(1, 57, 0)
"""Since this version, a dash in a remote's name stays a dash in variables (fs/config.go, pull request 5605)."""

ONEDRIVE_WITHOUT_SIGNED_URLS = Version(1, 76, 0)
"""The first version that works with OneDrive for Business and SharePoint from April 1, 2027, when Microsoft retires
pre-authenticated URLs (rclone.org/onedrive, "Pre-authenticated URLs")."""

# Since then, every backend has the options that start with `override.` and `global.` (fs/newfs.go).
_GLOBAL_OPTIONS = Version(1, 70, 0)

# Since then, a duration can combine days and longer units with others (fs/parseduration.go, parseDurationSequence).
_COMBINED_DURATIONS = Version(1, 76, 0)


def parse_version(text: str) -> Version | None:
    """The version that `1.71.1`, `v1.71.1` or `1.71` stands for. None for any other text."""
    match = _VERSION.fullmatch(text)
    return Version(*(int(number or 0) for number in match.groups())) if match else None


@cache
def oldest() -> Version:
    """The oldest version with data. Everything that it has counts as available in all versions."""
    return _parsed(_data()["oldest"])


def backend_since(name: str) -> Version:
    """The release that introduced the backend with this canonical name."""
    return _backends().get(name, oldest())


@cache
def option_since(backend: str, option: str) -> Version:
    """The release since which the backend has the option."""
    if catalog.global_prefix(option):
        return max(_GLOBAL_OPTIONS, backend_since(backend))
    return _additions("options").get((backend, option), backend_since(backend))


@cache
def provider_since(backend: str, provider: str) -> Version:
    """The release since which the backend knows the provider."""
    since = _additions("providers").get((backend, provider), oldest())
    return max(since, option_since(backend, "provider"))


def required_versions(
    backend_type: str, options: Mapping[str, str | None]
) -> Iterator[tuple[str, str, Version]]:
    """What a remote uses that the oldest rclone doesn't have: an option or `type`, the start of a rule, and the version.

    An option whose value is None counts as set to an unknown value. Options at their defaults require nothing. Options
    that the catalog doesn't have are left out. Raises `InvalidArguments` for an unknown type.
    """
    backend = catalog.backend(backend_type)
    for name, rule, version in _requirements(backend, options):
        if version > oldest():
            yield name, rule, version


def _requirements(backend: Backend, options: Mapping[str, str | None]) -> Iterator[tuple[str, str, Version]]:
    yield "type", f"is {backend.name}, which requires", backend_since(backend.name)
    for name, text in options.items():
        if name == "provider" and text in backend_providers(backend):
            yield name, f"is {text}, which requires", provider_since(backend.name, text or "")
        elif (name in backend.options or catalog.global_option(name)) and not _is_default(
            backend, name, text
        ):
            yield name, "requires", option_since(backend.name, name)
            option = backend.options.get(name)
            if option and option.type == "Duration" and is_combined_duration(text or ""):
                yield (
                    name,
                    "is a duration of several units such as 1d12h, which requires",
                    _COMBINED_DURATIONS,
                )
    texts = {name: text for name, text in options.items() if text is not None}
    for name, remote in wrapped_remotes(backend.name, texts):
        if isinstance(remote, str):  # a problem that is reported elsewhere
            continue
        try:
            wrapped = catalog.backend(remote.type)
        except InvalidArguments:
            continue
        for inner, rule, version in _requirements(wrapped, remote.parameters):
            yield name, f"wraps a remote whose {inner} {rule}", version


def backend_providers(backend: Backend) -> tuple[str, ...]:
    """The providers of a backend, if it has some."""
    return _providers(backend.name)


@cache
def _providers(backend_name: str) -> tuple[str, ...]:
    backend = catalog.backend(backend_name)
    return tuple(filter(None, backend.choices("provider"))) if "provider" in backend.options else ()


def release_problems(
    version: Version, program: str, backend_type: str, options: Mapping[str, str | None]
) -> Iterator[Problem]:
    """Everything that a remote uses and this version of rclone doesn't have.

    `program` is what contains the rclone, such as `core1:1.18.2`. If the backend is missing, so are its options.
    """
    for name, rule, since in required_versions(backend_type, options):
        if since > version:
            versions = f"rclone {since} or later; {program} has rclone {version}"
            yield Problem(name, f"{rule} {versions}", code="release")
            if name == "type":
                return


def _is_default(backend: Backend, name: str, text: str | None) -> bool:
    option = backend.options.get(name)
    if option is None or text is None:
        return False
    return text == option.default or (option.type == "bool" and not option.default and text == "false")


@cache
def _backends() -> Mapping[str, Version]:
    added = _data()["added"].items()
    return {name: _parsed(version) for version, each in added for name in each.get("backends", ())}


@cache
def _additions(kind: str) -> Mapping[tuple[str, str], Version]:
    return {
        (backend, name): _parsed(version)
        for version, added in _data()["added"].items()
        for backend, names in added.get(kind, {}).items()
        for name in names
    }


def _parsed(version: str) -> Version:
    major, minor, patch = map(int, version.split("."))
    return Version(major, minor, patch)


@cache
def _data() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("releases.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
