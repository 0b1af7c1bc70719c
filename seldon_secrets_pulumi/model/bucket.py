"""The base of all bucket declarations: a remote, its formats, and the data of a Secret in each format."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, StrictBool

from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.formats import ENV_VAR, FORMATS, Format
from seldon_secrets_pulumi.model.reloader import contradictions, with_match_annotation
from seldon_secrets_pulumi.model.remote import Remote, SeldonName
from seldon_secrets_pulumi.model.secret_data import size_problems
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel, seldon_labels
from seldon_secrets_pulumi.model.targets import (
    TargetName,
    newest_seldon_target,
    parse_target,
    target_problems,
)
from seldon_secrets_pulumi.problem import Code, InvalidArguments, Problem, did_you_mean
from seldon_secrets_pulumi.rclone.option_types import is_on
from seldon_secrets_pulumi.rclone.parameters import broken_rules, rclone_options

# The argument that decides whether a rule of this kind applies.
_DECIDED_BY: Mapping[Code, str] = {"login": "parameters", "password": "obscured", "required": "parameters"}


class Bucket(Declaration):
    """A declaration of one remote. A bucket secret in each format follows from it."""

    supported: ClassVar[tuple[Format, ...]] = tuple(FORMATS.values())
    """The formats that this kind of remote can be written in."""

    remote: SeldonName
    reloader: StrictBool = False

    @property
    def chosen_formats(self) -> tuple[Format, ...]:
        """The formats of the Secrets to make."""
        return self.supported

    def data(self, bucket_format: Format) -> dict[str, str]:
        """The data of the Secret in this format, before base64."""
        raise NotImplementedError

    def conflicts(self) -> Iterator[Problem]:
        if self.is_set("reloader"):
            yield from contradictions(self.annotations)

    def content_problems(self) -> Iterator[Problem]:
        if self.has_settled_content:
            for chosen in self.chosen_formats:
                yield from size_problems(self.data(chosen), chosen.secret_name(self.remote))

    def delivery_problems(self, values: Mapping[str, str], path: Callable[[str], str]) -> Iterator[Problem]:
        """The values that a chosen format can't deliver unchanged."""
        for chosen in self.chosen_formats:
            for name, value in values.items():
                if rule := chosen.problem(value, name):
                    yield Problem(path(name), f"{rule} (format {chosen.name})")


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
    """A declaration that rclone reads: typed arguments and further options of one backend."""

    rclone_type: ClassVar[str]
    """rclone's type of backend."""
    options: ClassVar[Mapping[str, str]] = {}
    """The rclone option that each typed argument sets."""

    formats: Annotated[list[str], AfterValidator(_formats)] = list(FORMATS)
    parameters: dict[str, Any] = {}
    allow_unknown_options: bool = False
    targets: list[TargetName] = []

    @property
    def chosen_formats(self) -> tuple[Format, ...]:
        names = self.formats if self.is_settled("formats") else ()
        return tuple(each for each in self.supported if each.name in names)

    @property
    def backend_type(self) -> str:
        """The backend's type, in any of its spellings."""
        return self.rclone_type

    @property
    def has_obscured_passwords(self) -> bool:
        """Whether the passwords among the options are obscured already."""
        return False

    @cached_property
    def rclone_remote(self) -> Remote:
        """The remote as rclone reads it."""
        return Remote(self.remote, *self._rclone_options())

    def data(self, bucket_format: Format) -> dict[str, str]:
        return bucket_format.write(self.rclone_remote)

    def has_parameter(self, *names: str) -> bool | None:
        """Whether one of these options is set in `parameters`, and not switched off. None if that can't be told."""
        if not self.is_settled("parameters"):
            return None
        unknown = self.unknown_items("parameters")
        if any(is_on(_switch_text(self._parameters().get(name))) for name in names):
            return True
        return None if any(name in unknown for name in names) else False

    def conflicts(self) -> Iterator[Problem]:
        yield from super().conflicts()
        for option in (*self._parameters(), *self.unknown_items("parameters")):
            if option in self.options.values():
                yield Problem(
                    f"parameters.{option}", "use the argument {} instead", (self._path(option),), "conflict"
                )

    def content_problems(self) -> Iterator[Problem]:
        unsettled = self._unsettled_options()
        try:
            problems = broken_rules(
                self.backend_type,
                self._options(),
                obscured=self.has_obscured_passwords,
                allow_unknown_options=self.is_set("allow_unknown_options") is not False,
                unsettled=unsettled,
            )
        except InvalidArguments as invalid:
            yield from invalid.problems
            return
        yield from (
            replace(each, argument=self._path(each.argument)) for each in problems if self._applies(each)
        )
        yield from self._target_problems(unsettled, {problem.argument for problem in problems})
        if self.has_settled_content and not problems:
            yield from self.delivery_problems(self.rclone_remote.parameters, self._path)
            yield from self._remote_problems()
            yield from super().content_problems()
        else:
            _, options = self._rclone_options(unsettled | {problem.argument for problem in problems})
            yield from self.delivery_problems(options, self._path)

    def _remote_problems(self) -> Iterator[Problem]:
        """The options that a chosen format can't deliver together."""
        remote = self.rclone_remote
        for chosen in self.chosen_formats:
            problems = chosen.remote_problems(remote.type, remote.parameters)
            for problem in filter(self._applies, problems):
                rule = f"{problem.rule} (format {chosen.name})"
                yield replace(problem, argument=self._path(problem.argument), template=rule, names=())

    def _target_problems(self, unsettled: set[str], broken: set[str]) -> Iterator[Problem]:
        """What the rclone of a target doesn't have. An option whose value is unknown counts as set."""
        if not self.is_settled("targets") or not self.targets:
            return
        remote = self.remote if self.is_settled("remote") else None
        backend_type, texts = self._rclone_options(unsettled | broken)
        options = {**dict.fromkeys(sorted(unsettled - broken)), **texts}
        for target in map(parse_target, self.targets):
            problems = target_problems(target, self.chosen_formats, remote, backend_type, options)
            for problem in problems:
                yield replace(problem, argument=self._path_in_target(problem.argument))

    def lacking_in_newest_release(self, bucket_format: Format) -> list[Problem]:
        """What the newest release of Seldon that reads this format doesn't have. Empty if the targets are declared."""
        if "targets" in self.model_fields_set:
            return []
        remote, target = self.rclone_remote, newest_seldon_target(bucket_format)
        problems = target_problems(target, [bucket_format], remote.name, remote.type, remote.parameters)
        return [replace(each, argument=self._path_in_target(each.argument)) for each in problems]

    def _path_in_target(self, option: str) -> str:
        return {"": "remote", "type": "type"}.get(option) or self._path(option)

    def _applies(self, problem: Problem) -> bool:
        """Whether a broken rule of rclone is not just a consequence of a problem that is reported already."""
        decided_by = _DECIDED_BY.get(problem.code)
        if decided_by is not None and not self.is_settled(decided_by):
            return False
        # A conflict that is not about one option is about the login.
        return problem.code not in {"login", "required"} or all(
            conflict.option for conflict in self.conflicts()
        )

    def _unsettled_options(self) -> set[str]:
        typed = {option for argument, option in self.options.items() if not self.is_settled(argument)}
        return typed.union(self.unknown_items("parameters"))

    def _parameters(self) -> dict[str, Any]:
        return self.parameters if self.is_settled("parameters") else {}

    def _options(self) -> dict[str, Any]:
        return self._parameters() | {
            option: getattr(self, argument) for argument, option in self.options.items()
        }

    def _rclone_options(self, excluded: Collection[str] = ()) -> tuple[str, dict[str, str]]:
        options = {name: value for name, value in self._options().items() if name not in excluded}
        return rclone_options(self.backend_type, options, obscured=self.has_obscured_passwords)

    def _path(self, option: str) -> str:
        """The path of the argument that sets an option."""
        arguments = {name: argument for argument, name in self.options.items()}
        return arguments.get(option, f"parameters.{option}")


def _switch_text(value: object) -> object:
    """A boolean as rclone writes it."""
    return str(value).lower() if isinstance(value, bool) else value


def bucket_labels(
    bucket_format: Format, format_label: FormatLabel, labels: Mapping[str, str]
) -> dict[str, str]:
    """The labels of a bucket secret, including the caller's own."""
    return {**labels, **seldon_labels("bucket"), **format_label.label(bucket_format.name)}


def bucket_annotations(
    bucket_format: Format, annotations: Mapping[str, str] | None, *, reloader: bool | None
) -> Mapping[str, str] | None:
    """The annotations of a bucket secret. Pods only read the `env_var` format, so Reloader only watches that one."""
    return with_match_annotation(annotations) if reloader and bucket_format is ENV_VAR else annotations
