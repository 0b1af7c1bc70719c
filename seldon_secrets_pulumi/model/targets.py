"""What a Secret is deployed to: a release of Seldon Core, or a version of rclone.

`core1:1.18.2` stands for the rclone in the image of Core 1's storage initializer, which reads the `env_var` format.
`core2:2.10` stands for the one beside Core 2's agent, which reads `config_param`. `rclone:1.71.1` reads both. A release
without its last number stands for the oldest rclone among its images.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, Format
from seldon_secrets_pulumi.problem import Problem, nearest
from seldon_secrets_pulumi.rclone.releases import (
    KEEPS_DASHES,
    Version,
    oldest,
    parse_version,
    release_problems,
)

# The base images in the Dockerfiles at seldon-core's tags: components/rclone-storage-initializer/Dockerfile of Core 1,
# scheduler/Dockerfile.rclone of Core 2. From each release on, up to the next one in the table.
_CORE1 = {
    (1, 8, 0): Version(1, 55, 1),
    (1, 12, 0): Version(1, 56, 2),
    (1, 14, 0): Version(1, 57, 0),
    (1, 15, 0): Version(1, 59, 1),
    (1, 18, 0): Version(1, 64, 2),
}
_CORE2 = {
    (2, 0, 0): Version(1, 56, 2),
    (2, 2, 0): Version(1, 61, 1),
    (2, 4, 0): Version(1, 62, 2),
    (2, 6, 0): Version(1, 63, 0),
    (2, 7, 0): Version(1, 65, 0),
    (2, 8, 0): Version(1, 65, 2),
    (2, 8, 1): Version(1, 66, 0),
    (2, 8, 2): Version(1, 67, 0),
    (2, 8, 4): Version(1, 68, 1),
    (2, 9, 0): Version(1, 69, 1),
    (2, 9, 1): Version(1, 70, 2),
    (2, 10, 0): Version(1, 71, 1),
}


@dataclass(frozen=True, slots=True)
class _Product:
    """A release line of Seldon Core, whose images contain rclone."""

    images: Mapping[tuple[int, int, int], Version]
    newest: tuple[int, int, int]
    """The newest release that the table was checked with."""
    format: Format

    def rclone(self, release: tuple[int, int, int]) -> Version | None:
        """The rclone in the image of a release. None for a release that is not in the table."""
        # Patch releases after the newest one keep its rclone, as far as there are any.
        if not (min(self.images) <= release and release[:2] <= self.newest[:2]):
            return None
        return self.images[max(first for first in self.images if first <= release)]


_PRODUCTS: Mapping[str, _Product] = {
    "core1": _Product(_CORE1, (1, 18, 2), ENV_VAR),
    "core2": _Product(_CORE2, (2, 10, 2), CONFIG_PARAM),
}
_RCLONE = "rclone"
TARGET_PATTERN = rf"^(?:{'|'.join((*_PRODUCTS, _RCLONE))}):v?[0-9]+\.[0-9]+(?:\.[0-9]+)?$"
"""The form of all targets, for a JSON Schema."""
_EXAMPLES = "such as core1:1.18.2, core2:2.10 or rclone:1.71.1"


@dataclass(frozen=True, slots=True)
class Target:
    """An rclone, and the formats that reach it."""

    name: str
    rclone: Version
    formats: tuple[Format, ...]


def parse_target(text: str) -> Target:
    """The target with this name. Raises `ValueError` with the rule that the name breaks, but not the name."""
    program, colon, number = text.partition(":")
    version = parse_version(number)
    if not colon or (program != _RCLONE and program not in _PRODUCTS):
        near = nearest(program, (_RCLONE, *_PRODUCTS))
        hint = f"; did you mean {near[0]}:VERSION?" if near else ""
        raise ValueError(f"must be a release and its version, {_EXAMPLES}{hint}")
    if version is None:
        raise ValueError(f"must have a version of two or three numbers after the colon, {_EXAMPLES}")
    if program == _RCLONE:
        return Target(text, _supported_rclone(version), (ENV_VAR, CONFIG_PARAM))
    product = _PRODUCTS[program]
    rclone = product.rclone(version)
    if rclone is None:
        first, last = (f"{program}:{Version(*release)}" for release in (min(product.images), product.newest))
        raise ValueError(
            f"must be a release from {first} to {last}; for any other image, use rclone: and the version of its rclone"
        )
    return Target(text, rclone, (product.format,))


def target_problems(
    target: Target,
    formats: Iterable[Format],
    remote: str | None,
    backend_type: str,
    options: Mapping[str, str | None],
) -> Iterator[Problem]:
    """What keeps the target from reading a remote in those of the formats that reach it.

    An unknown remote is None, and so is an unknown value of an option. Paths of problems are options,
    `type`, and empty for the name of the remote. Raises `InvalidArguments` for an unknown type.
    """
    reached = set(target.formats).intersection(formats)
    if reached:
        yield from release_problems(target.rclone, target.name, backend_type, options)
    if remote and "-" in remote and ENV_VAR in reached and target.rclone < KEEPS_DASHES:
        rule = (
            f"must not contain a dash: in variables, rclone before {KEEPS_DASHES} reads a dash as an underscore;"
            f" {target.name} has rclone {target.rclone}"
        )
        yield Problem("", rule, code="release")


def newest_seldon_target(secret_format: Format) -> Target:
    """The newest known release of Seldon Core that reads this format."""
    name, product = next(
        (name, product) for name, product in _PRODUCTS.items() if product.format is secret_format
    )
    return parse_target(f"{name}:{Version(*product.newest)}")


def _supported_rclone(version: Version) -> Version:
    if version.major != 1:
        raise ValueError(f"must be version 1 of rclone, {_EXAMPLES}")
    if version < oldest():
        raise ValueError(f"must be rclone {oldest()} or later, because older releases are not in the catalog")
    return version


def _checked(name: str) -> str:
    parse_target(name)
    return name


TargetName = Annotated[str, AfterValidator(_checked)]
"""The name of a target."""
