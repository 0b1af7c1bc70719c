"""From the settings of a stack to every Secret that they ask for, or to all that is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.model.bucket import Bucket, RcloneBucket, bucket_labels
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.formats import ENV_VAR, FORMATS
from seldon_secrets_pulumi.model.kubernetes_names import namespace_rule
from seldon_secrets_pulumi.model.raw_secret import VerbatimSecret
from seldon_secrets_pulumi.model.registry import Registry, registry_labels
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES, FormatLabel
from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean
from seldon_secrets_pulumi.stack.entry import MAPPINGS, entry_model, fields, in_settings
from seldon_secrets_pulumi.stack.reference import resolved

DEFAULTS = {"namespaces": list, "formats": list, "labels": dict}
ENTRIES = ("buckets", "registries", "secrets")
_PLAIN_MAPPINGS = frozenset({"labels", "annotations"})


@dataclass(frozen=True, slots=True)
class DeclaredSecret:
    """A Secret that an entry asks for; `entry` is its path, such as `buckets[0]`."""

    entry: str
    namespace: str
    name: str
    type: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    data: Mapping[str, str] = field(repr=False)
    rclone_variables_of: str | None = None
    """The remote, when rclone reads the Secret as environment variables."""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def declared_secrets(
    settings: Mapping[str, Any], folder: Path, format_label: FormatLabel
) -> list[DeclaredSecret]:
    """Every Secret, in the order of the entries. Raises `InvalidArguments` with all problems of all entries."""
    problems = list(_shape_problems(settings))
    if problems:
        raise InvalidArguments(problems)
    defaults = {name: settings[name] for name in DEFAULTS if name in settings}
    secrets: dict[str, DeclaredSecret] = {}
    for kind in ENTRIES:
        for position, entry in enumerate(settings.get(kind, [])):
            path = f"{kind}[{position}]"
            try:
                for secret in _Entry(kind, path, entry, defaults, folder, format_label).secrets():
                    first = secrets.setdefault(str(secret), secret)
                    if first is not secret:
                        rule = f"{first.entry} makes the Secret {secret} already"
                        problems.append(Problem(path, rule))
            except InvalidArguments as invalid:
                problems += (_within(path, it) for it in invalid.problems)
    if problems:
        raise InvalidArguments(problems)
    return list(secrets.values())


def _shape_problems(settings: Mapping[str, Any]) -> Iterator[Problem]:
    expected = DEFAULTS | dict.fromkeys(ENTRIES, list)
    for name, value in settings.items():
        if name not in expected:
            yield Problem(name, f"is not a setting; {did_you_mean(name, expected)}")
        elif not isinstance(value, expected[name]):
            yield Problem(name, "must be a list" if expected[name] is list else "must be a mapping")


def _within(path: str, problem: Problem) -> Problem:
    return Problem(f"{path}.{problem.argument}" if problem.argument else path, problem.rule)


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    path: str
    given: Any = field(repr=False)
    defaults: Mapping[str, Any]
    folder: Path
    format_label: FormatLabel

    def secrets(self) -> Iterator[DeclaredSecret]:
        if not isinstance(self.given, Mapping):
            raise InvalidArguments([Problem("", "must be a mapping of settings")])
        model = entry_model(self.kind, self.given)
        problems: list[Problem] = []
        values = self._values(model, problems)
        namespaces = self._namespaces(problems)
        try:
            declaration = model.parse(
                values | {"namespace": "any"},
                unknown=self._unread(model, problems),
                reserved_labels=(self.format_label.key,),
            )
            contents = list(self._contents(declaration)) if declaration else []
        except InvalidArguments as invalid:
            problems += (in_settings(it, model) for it in invalid.problems)
        if problems:
            raise InvalidArguments(problems)
        for namespace in namespaces:
            yield from (replace(it, namespace=namespace) for it in contents)

    @staticmethod
    def _unread(model: type[Declaration], problems: list[Problem]) -> set[str]:
        """The fields whose problem is reported already, so that they are not called missing too."""
        known = fields(model)
        names = {it.argument.partition(".")[0] for it in problems}
        return {known[name] for name in names & known.keys() if name != "namespaces"}

    def _values(self, model: type[Declaration], problems: list[Problem]) -> dict[str, Any]:
        """The values of the model's fields; what they refer to in place of references."""
        known = fields(model)
        accepted = known.keys() | ({"type"} if issubclass(model, Bucket) else set())
        values: dict[str, Any] = {}
        for name, value in self.given.items():
            if name not in accepted:
                problems.append(Problem(name, f"is not a setting here; {did_you_mean(name, accepted)}"))
            elif name in known and name != "namespaces":
                values[known[name]] = self._read(name, value, problems)
        if "formats" in known:
            values.setdefault("formats", self.defaults.get("formats"))
        labels = values.get("labels")
        if labels is None or isinstance(labels, Mapping):
            values["labels"] = {**self.defaults.get("labels", {}), **(labels or {})}
        return values

    def _read(self, name: str, value: Any, problems: list[Problem]) -> Any:
        if name in _PLAIN_MAPPINGS:
            return value
        if name in MAPPINGS and isinstance(value, Mapping):
            return {
                parameter: self._resolved(f"{name}.{parameter}", it, problems)
                for parameter, it in value.items()
            }
        return self._resolved(name, value, problems)

    def _resolved(self, path: str, value: Any, problems: list[Problem]) -> Any:
        try:
            return resolved(value, self.folder)
        except ValueError as error:
            problems.append(Problem(path, str(error)))
            return None

    def _namespaces(self, problems: list[Problem]) -> list[str]:
        namespaces = self.given.get("namespaces", self.defaults.get("namespaces"))
        if namespaces is None:
            problems.append(Problem("namespaces", "is required, here or for all entries"))
            return []
        if not isinstance(namespaces, list) or not namespaces:
            problems.append(Problem("namespaces", "must be a list of at least one namespace"))
            return []
        for position, namespace in enumerate(namespaces):
            rule = namespace_rule(namespace) if isinstance(namespace, str) else "must be a string"
            if rule:
                problems.append(Problem(f"namespaces[{position}]", rule))
        return namespaces

    def _contents(self, declaration: Declaration) -> Iterator[DeclaredSecret]:
        """Each Secret, which is the same in every namespace."""
        match declaration:
            case Registry():
                yield DeclaredSecret(
                    entry=self.path,
                    namespace=declaration.namespace,
                    name=declaration.secret_name,
                    type=KUBERNETES_TYPES["registry"],
                    labels=registry_labels(declaration.labels),
                    annotations=declaration.annotations,
                    data=declaration.data(),
                )
            case VerbatimSecret():
                yield DeclaredSecret(
                    entry=self.path,
                    namespace=declaration.namespace,
                    name=declaration.secret_name,
                    type=declaration.type,
                    labels=declaration.all_labels(self.format_label),
                    annotations=declaration.annotations,
                    data=declaration.data,
                )
            case Bucket():
                of_rclone = isinstance(declaration, RcloneBucket)
                names = declaration.formats if isinstance(declaration, RcloneBucket) else FORMATS
                for format_ in (it for it in declaration.supported if it.name in names):
                    yield DeclaredSecret(
                        entry=self.path,
                        namespace=declaration.namespace,
                        name=format_.secret_name(declaration.remote),
                        type=KUBERNETES_TYPES["bucket"],
                        labels=bucket_labels(format_, self.format_label, declaration.labels),
                        annotations=declaration.annotations,
                        data=declaration.data(format_),
                        rclone_variables_of=declaration.remote if of_rclone and format_ is ENV_VAR else None,
                    )
