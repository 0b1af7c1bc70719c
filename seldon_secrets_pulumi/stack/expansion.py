"""From the settings of a stack to every Secret that they declare, or to every problem with them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.model.bucket import Bucket, RcloneBucket, bucket_annotations, bucket_labels
from seldon_secrets_pulumi.model.declaration import Declaration
from seldon_secrets_pulumi.model.format_label import FORMAT_LABEL_SETTINGS, parse_format_label
from seldon_secrets_pulumi.model.formats import ENV_VAR, Format
from seldon_secrets_pulumi.model.kinds import CREDENTIAL_MAPPINGS, DECLARABLE_KINDS, Kind
from seldon_secrets_pulumi.model.kubernetes_names import namespace_rule
from seldon_secrets_pulumi.model.raw_secret import RawSecret
from seldon_secrets_pulumi.model.registry import Registry, registry_labels
from seldon_secrets_pulumi.model.seldon_labels import KUBERNETES_TYPES, FormatLabel
from seldon_secrets_pulumi.model.targets import parse_target
from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean, nearest
from seldon_secrets_pulumi.stack.entry import entry_kind, fields, setting
from seldon_secrets_pulumi.stack.reference import OUTSIDE_SETTING, References
from seldon_secrets_pulumi.stack.structure import structure_problems
from seldon_secrets_pulumi.stack.switch import switch

SHARED_SETTING_TYPES: Mapping[str, type] = {
    "namespaces": list,
    "formats": list,
    "labels": dict,
    "targets": list,
}
"""The settings that apply to all entries."""
ENTRIES = tuple(dict.fromkeys(kind.setting for kind in DECLARABLE_KINDS))
"""The lists of entries."""
_SETTING_TYPES = {**SHARED_SETTING_TYPES, **dict.fromkeys(ENTRIES, list)}
PROTECT = "protect"
"""The setting that lets Pulumi refuse to delete Secrets: of all entries, or of one."""
RELOADER = "reloader"
"""The setting that lets Stakater's Reloader restart workloads on rotation: for all buckets, or for one."""
SWITCHES = (PROTECT, RELOADER, OUTSIDE_SETTING)
"""The settings that are true or false."""
PLATFORM = "platform"
"""The setting with the address of the platform that a rollout asks for the stack's Secrets."""
SETTING_NAMES = frozenset({*_SETTING_TYPES, *SWITCHES, *FORMAT_LABEL_SETTINGS, PLATFORM})
"""All settings."""
_METADATA_MAPPINGS = frozenset({"labels", "annotations"})


@dataclass(frozen=True, slots=True)
class DeclaredSecret:
    """A Secret that an entry declares; `entry` is its path, such as `buckets[0]`."""

    entry: str
    namespace: str
    name: str
    type: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    data: Mapping[str, str] = field(repr=False)
    protect: bool | None = None
    """Whether Pulumi refuses to delete the Secret. None if the component decides."""
    rclone_variables_of: str | None = None
    """The remote, if rclone reads the Secret as environment variables."""
    lacking_in_newest_release: tuple[str, ...] = ()
    """What the rclone in Seldon's newest image does not have, if the entry has no targets."""
    registries_without_login: tuple[str, ...] = ()
    """The registries that the entry's Docker config mentions without a login, quoted."""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def secrets_of_stack(
    settings: Mapping[str, Any], folder: Path, *, other_problems: Iterable[Problem] = ()
) -> list[DeclaredSecret]:
    """The same as `declared_secrets`, from settings that include those of the format label.

    Settings without any list of entries are an error too: `pulumi up` with an empty or misspelled file would delete
    every Secret of the stack.
    """
    others = {name: value for name, value in settings.items() if name not in FORMAT_LABEL_SETTINGS}
    format_label, problems = FormatLabel(), list(other_problems)
    try:
        format_label = parse_format_label(settings)
    except InvalidArguments as invalid:
        problems += invalid.problems
    secrets = declared_secrets(others, folder, format_label, other_problems=problems)
    if not settings.keys() & set(ENTRIES):
        rule = (
            f"none of the settings {', '.join(ENTRIES)} is set, so `pulumi up` would delete all Secrets of the stack;"
            " check the stack's configuration. If you want no Secrets, set seldon-secrets:buckets to []"
        )
        raise InvalidArguments([Problem("", rule, code="required")])
    return secrets


def declared_secrets(
    settings: Mapping[str, Any],
    folder: Path,
    format_label: FormatLabel,
    *,
    other_problems: Iterable[Problem] = (),
) -> list[DeclaredSecret]:
    """Every Secret, in the order of the entries. Raises `InvalidArguments` with the problems of all entries."""
    problems = [*other_problems, *_setting_problems(settings)]
    broken = {re.split(r"[.[]", problem.argument, maxsplit=1)[0] for problem in problems}
    shared = {name: settings.get(name) for name in {*SHARED_SETTING_TYPES, PROTECT, RELOADER} - broken}
    references = References(folder, allow_outside=switch(settings.get(OUTSIDE_SETTING)) is True)
    secrets: dict[str, DeclaredSecret] = {}
    for list_name in ENTRIES:
        for position, entry in enumerate(settings.get(list_name, []) if list_name not in broken else []):
            path = f"{list_name}[{position}]"
            try:
                declared = _Entry(list_name, path, entry, shared, references, format_label).secrets()
            except InvalidArguments as invalid:
                problems += (problem.within(path) for problem in invalid.problems)
                continue
            for secret in declared:
                first = secrets.setdefault(str(secret), secret)
                if first is not secret:
                    rule = f"{first.entry} already declares the Secret {secret}"
                    problems.append(Problem(path, rule, code="conflict"))
    if problems:
        raise InvalidArguments(problems)
    return list(secrets.values())


def _setting_problems(settings: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in settings.items():
        if name in SWITCHES:
            if switch(value) is None:
                yield Problem(name, "must be true or false", code="type")
        elif name == PLATFORM:
            if not (isinstance(value, str) and value.startswith(("https://", "http://"))):
                yield Problem(name, "must be an address such as https://seldon.example.com", code="type")
        elif name not in _SETTING_TYPES:
            rule = f"is not a setting; {did_you_mean(name, SETTING_NAMES)}"
            yield Problem(name, rule, code="unknown_argument")
        elif not isinstance(value, _SETTING_TYPES[name]):
            shape = "list" if _SETTING_TYPES[name] is list else "mapping"
            yield Problem(name, f"must be a {shape}", code="type")
        elif name in SHARED_SETTING_TYPES:
            broken = list(structure_problems(name, value))
            yield from broken
            if name == "targets" and isinstance(value, list) and not broken:
                yield from _target_problems(value)


def _target_problems(targets: Iterable[object]) -> Iterator[Problem]:
    for position, target in enumerate(targets):
        if not isinstance(target, str):
            yield Problem(f"targets[{position}]", "must be a string", code="type")
            continue
        try:
            parse_target(target)
        except ValueError as error:
            yield Problem(f"targets[{position}]", str(error))


@dataclass(slots=True)
class _Entry:
    """One entry of a list, on its way to the Secrets that it declares."""

    _list_name: str
    _path: str
    _settings: Any = field(repr=False)
    _shared: Mapping[str, Any] = field(repr=False)
    _references: References
    _format_label: FormatLabel
    _problems: list[Problem] = field(default_factory=list, init=False)
    _unread: set[str] = field(default_factory=set, init=False)
    """The paths of arguments without a value, whose problem is reported already."""

    def secrets(self) -> list[DeclaredSecret]:
        """The Secrets in all namespaces. Raises `InvalidArguments`, in the spelling of the settings."""
        if not isinstance(self._settings, Mapping):
            raise InvalidArguments([Problem("", "must be a mapping of settings", code="type")])
        if broken := list(structure_problems("", self._settings)):
            raise InvalidArguments(broken)
        kind = self._kind()
        values = self._values(kind)
        namespaces = self._namespaces()
        protect = self._protect()
        model = kind.model if kind else Bucket
        try:
            declaration = model.parse(
                values | {"namespace": "any"},
                unknown=self._unread,
                reserved_labels=(self._format_label.key,),
            )
        except InvalidArguments as invalid:
            self._problems += (problem.spelled(setting) for problem in invalid.problems)
        if self._problems:
            raise InvalidArguments(self._problems) from None
        secrets = list(self._in_any_namespace(declaration)) if declaration else []
        return [
            replace(secret, namespace=namespace, protect=protect)
            for namespace in namespaces
            for secret in secrets
        ]

    def _kind(self) -> Kind | None:
        """The kind of the entry. None if its type is broken: then only the settings of all buckets are checked."""
        try:
            return entry_kind(self._list_name, self._settings)
        except InvalidArguments as invalid:
            self._problems += invalid.problems
            self._unread.add("type")
            return None

    def _values(self, kind: Kind | None) -> dict[str, Any]:
        """The values of the model's fields, with references resolved."""
        names = fields(kind.model if kind else Bucket)
        accepted = names.keys() | {PROTECT} | ({"type"} if self._list_name == "buckets" else set())
        values: dict[str, Any] = {}
        for name, value in self._settings.items():
            if name in names and name != "namespaces":
                values[names[name]] = self._read(name, names[name], value)
            elif name not in accepted and kind:
                self._report_unknown(name, accepted, names)
        for name in names.keys() & {"formats", "targets"}:
            values.setdefault(name, self._shared.get(name))
        if RELOADER in names:
            reloader = values.get(RELOADER, self._shared.get(RELOADER))
            is_on = switch(reloader)
            values[RELOADER] = reloader if is_on is None else is_on
        labels = values.get("labels")
        if labels is None or isinstance(labels, Mapping):
            values["labels"] = {**(self._shared.get("labels") or {}), **(labels or {})}
        return values

    def _report_unknown(self, name: str, accepted: Iterable[str], names: Mapping[str, str]) -> None:
        rule = f"is not a setting here; {did_you_mean(name, accepted)}"
        self._problems.append(Problem(name, rule, code="unknown_argument"))
        # The setting that this one misspells is not reported as missing too.
        self._unread.update(names[near] for near in nearest(name, names.keys() - self._settings.keys())[:1])

    def _read(self, name: str, argument: str, value: Any) -> Any:
        if name in _METADATA_MAPPINGS:
            return value
        if name not in CREDENTIAL_MAPPINGS or not isinstance(value, Mapping):
            return self._resolved(name, argument, value)
        items = {
            item: self._resolved(f"{name}.{item}", f"{argument}.{item}", each) for item, each in value.items()
        }
        return {item: each for item, each in items.items() if f"{argument}.{item}" not in self._unread}

    def _resolved(self, path: str, argument_path: str, value: Any) -> Any:
        try:
            return self._references.resolved(value)
        except ValueError as error:
            self._problems.append(Problem(path, str(error)))
            self._unread.add(argument_path)
            return None

    def _protect(self) -> bool | None:
        if PROTECT not in self._settings:
            return switch(self._shared.get(PROTECT))
        protect = switch(self._settings[PROTECT])
        if protect is None:
            self._problems.append(Problem(PROTECT, "must be true or false", code="type"))
        return protect

    def _namespaces(self) -> list[str]:
        namespaces = self._settings.get("namespaces", self._shared.get("namespaces"))
        if namespaces is None:
            # Reported already if the setting for all entries is broken, or this one is misspelled.
            if "namespaces" in self._shared and "namespace" not in self._unread:
                rule = "is required, here or for all entries"
                self._problems.append(Problem("namespaces", rule, code="required"))
            return []
        if not isinstance(namespaces, list) or not namespaces:
            rule = "must be a list of at least one namespace"
            self._problems.append(Problem("namespaces", rule))
            return []
        for position, namespace in enumerate(namespaces):
            broken = namespace_rule(namespace) if isinstance(namespace, str) else "must be a string"
            if broken:
                self._problems.append(Problem(f"namespaces[{position}]", broken))
        return namespaces

    def _in_any_namespace(self, declaration: Declaration) -> Iterator[DeclaredSecret]:
        """Each Secret, which is the same in every namespace."""
        secret = partial(
            DeclaredSecret,
            entry=self._path,
            namespace=declaration.namespace,
            annotations=declaration.annotations,
        )
        match declaration:
            case Bucket():
                yield from self._bucket_secrets(declaration, secret)
            case Registry():
                yield secret(
                    name=declaration.secret_name,
                    type=KUBERNETES_TYPES["registry"],
                    labels=registry_labels(declaration.labels),
                    data=declaration.data(),
                    registries_without_login=declaration.without_login,
                )
            case RawSecret():
                yield secret(
                    name=declaration.secret_name,
                    type=declaration.type,
                    labels=declaration.all_labels(self._format_label),
                    data=declaration.data,
                )

    def _bucket_secrets(
        self, bucket: Bucket, secret: Callable[..., DeclaredSecret]
    ) -> Iterator[DeclaredSecret]:
        for each in bucket.chosen_formats:
            is_for_rclone = isinstance(bucket, RcloneBucket) and each is ENV_VAR
            yield secret(
                name=each.secret_name(bucket.remote),
                type=KUBERNETES_TYPES["bucket"],
                labels=bucket_labels(each, self._format_label, bucket.labels),
                annotations=bucket_annotations(each, bucket.annotations, reloader=bucket.reloader) or {},
                data=bucket.data(each),
                rclone_variables_of=bucket.remote if is_for_rclone else None,
                lacking_in_newest_release=tuple(_lacking(bucket, each)),
            )


def _lacking(bucket: Bucket, bucket_format: Format) -> Iterator[str]:
    problems = bucket.lacking_in_newest_release(bucket_format) if isinstance(bucket, RcloneBucket) else ()
    return (str(problem.spelled(setting)) for problem in problems)
