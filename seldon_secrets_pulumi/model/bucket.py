"""What the bucket classes have in common: a remote, its formats, and the data of a Secret in each of them."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.formats import FORMATS, Format
from seldon_secrets_pulumi.model.remote import Remote, SeldonName
from seldon_secrets_pulumi.model.secret_data import check_size
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel, seldon_labels
from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean
from seldon_secrets_pulumi.rclone.parameters import check


class Bucket(Declaration):
    """A declaration of one remote, from which a bucket secret in each format follows."""

    supported: ClassVar[tuple[Format, ...]] = tuple(FORMATS.values())
    """The formats that this kind of remote can be written in."""

    remote: SeldonName

    def data(self, format_: Format) -> dict[str, str]:
        """What the Secret in this format holds, not yet base64. Raises `InvalidArguments`."""
        data = self._content(format_)
        check_size(data, format_.secret_name(self.remote))
        return data

    def _content(self, format_: Format) -> dict[str, str]:
        raise NotImplementedError


def _formats(names: list[str]) -> list[str]:
    if not names:
        raise ValueError(f"must name at least one of {', '.join(FORMATS)}")
    for name in names:
        if name not in FORMATS:
            raise ValueError(f"{name!r} is not a format; {did_you_mean(name, FORMATS)}")
    if len(set(names)) != len(names):
        raise ValueError("names a format twice")
    return names


class RcloneBucket(Bucket):
    """A declaration that rclone reads: typed arguments and further parameters of one backend."""

    rclone_type: ClassVar[str]
    """rclone's type of backend."""
    options: ClassVar[Mapping[str, str]] = {}
    """The rclone option that each typed argument sets."""

    formats: Annotated[list[str], AfterValidator(_formats)] = list(FORMATS)
    parameters: dict[str, Any] = {}
    allow_unknown_options: bool = False

    def conflicts(self) -> Iterator[Problem]:
        for parameter in self.parameters:
            if parameter in self.options.values():
                yield Problem(
                    f"parameters.{parameter}", f"use the argument {self._argument(parameter)} instead"
                )

    @cached_property
    def rclone_remote(self) -> Remote:
        """The remote, with every parameter checked against rclone's catalog."""
        typed = {option: getattr(self, argument) for argument, option in self.options.items()}
        type_, parameters = self._checked(typed | self.parameters)
        return Remote(self.remote, type_, parameters)

    def _checked(self, parameters: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """The canonical type, and the parameters as strings."""
        return check(self.rclone_type, parameters, allow_unknown_options=self.allow_unknown_options)

    def _content(self, format_: Format) -> dict[str, str]:
        remote = self.rclone_remote
        problems = [
            Problem(self._argument(parameter), f"{rule} (format {format_.name})")
            for parameter, value in remote.parameters.items()
            if (rule := format_.problem(value, parameter))
        ]
        if problems:
            raise InvalidArguments(problems)
        return format_.write(remote)

    def _argument(self, parameter: str) -> str:
        for argument, option in self.options.items():
            if option == parameter:
                return argument
        return f"parameters.{parameter}"


def bucket_labels(format_: Format, format_label: FormatLabel, labels: Mapping[str, str]) -> dict[str, str]:
    """The labels of a bucket secret, the caller's own among them."""
    return {**labels, **seldon_labels("bucket"), **format_label.label(format_.name)}
