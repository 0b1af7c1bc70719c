"""Every way in which a Secret can be wrong for Seldon: one small check each.

A check yields what it found, which names keys, labels and rules but never holds a value.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from seldon_secrets_pulumi.cli.found import Found, decoded, named_after, read
from seldon_secrets_pulumi.model import docker_config
from seldon_secrets_pulumi.model.formats import CONFIG_PARAM, ENV_VAR, FORMATS
from seldon_secrets_pulumi.model.gcs import GcsBucket
from seldon_secrets_pulumi.model.parameters import check
from seldon_secrets_pulumi.model.problem import InvalidArguments
from seldon_secrets_pulumi.model.registry import DATA_KEY
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.rclone.catalog import Backend, backend
from seldon_secrets_pulumi.rclone.obscure import reveal

_GCS = "google cloud storage"


class Severity(str, Enum):
    """An error breaks a consumer of the Secret; a warning may, or makes it hard to use."""

    error = "error"
    warning = "warning"


@dataclass(frozen=True)
class Examined:
    """A Secret with its values, which only checks see."""

    found: Found
    data: Mapping[str, str]
    twin: "Examined | None" = None
    """The Secret of the same remote in the other format, if it has been examined before."""

    def __repr__(self) -> str:
        return f"Examined({self.found.namespace}/{self.found.secret})"

    @cached_property
    def text(self) -> Mapping[str, str]:
        return decoded(self.data)

    @cached_property
    def remote(self) -> Remote | None:
        """What rclone is told, where it can be read and all of it is text."""
        remote = read(self.data)[1]
        plain = remote and all(isinstance(value, str) for value in remote.parameters.values())
        return remote if plain else None

    @cached_property
    def backend(self) -> Backend | None:
        try:
            return backend(self.remote.type) if self.remote else None
        except InvalidArguments:
            return None


@dataclass(frozen=True)
class Rule:
    """What can be wrong. `cause` and `cure` are sentences; docs/doctor.md has a section for each `id`."""

    id: str
    severity: Severity
    cause: str
    cure: str


@dataclass(frozen=True)
class Check(Rule):
    """What can be wrong with a Secret, and how that is seen."""

    find: Callable[[Examined], Iterator[str]]


def _labels(it: Examined) -> Iterator[str]:
    yield from (reason for reason in it.found.unseen if reason.startswith("label"))


def _namespace(it: Examined) -> Iterator[str]:
    yield from (reason for reason in it.found.unseen if reason.startswith("namespace"))


def _format_label(it: Examined) -> Iterator[str]:
    if it.found.content and it.found.content != it.found.format:
        how = "assumed, no label says otherwise" if it.found.assumed else "by its label"
        yield f"format {it.found.format} ({how}), but it holds {it.found.content}"


def _name(it: Examined) -> Iterator[str]:
    content = FORMATS.get(it.found.content or "")
    if content and it.remote and it.found.secret != content.secret_name(it.remote.name):
        yield f"expected {content.secret_name(it.remote.name)}"


def _remote_name(it: Examined) -> Iterator[str]:
    named = named_after(it.found.secret)
    if named and it.remote and it.remote.name != named:
        yield f"the Secret's name says {named}, its content {it.remote.name}"


def _keys(it: Examined) -> Iterator[str]:
    meant = CONFIG_PARAM.name in {it.found.content, None if it.found.assumed else it.found.format}
    if it.found.kind == "bucket" and len(it.data) != 1 and (meant or not it.data):
        yield f"{len(it.data)} keys"


def _unreadable(it: Examined) -> Iterator[str]:
    if it.found.kind != "bucket" or read(it.data)[1] or not it.data:
        return
    if not it.text:
        yield "a value is not text"
        return
    format_ = ENV_VAR if it.found.content == ENV_VAR.name else CONFIG_PARAM
    try:
        format_.read(it.text)
    except ValueError as error:
        yield str(error)


def _not_strings(it: Examined) -> Iterator[str]:
    remote = read(it.data)[1]
    for name, value in remote.parameters.items() if remote else ():
        if not isinstance(value, str):
            yield f"parameters.{name}"


def _lower_case(it: Examined) -> Iterator[str]:
    if it.found.content == ENV_VAR.name:
        yield from (key for key in sorted(it.data) if key != key.upper())


def _underscores(it: Examined) -> Iterator[str]:
    named = named_after(it.found.secret) or ""
    wrong = f"RCLONE_CONFIG_{named.replace('-', '_')}_".upper()
    if "-" in named and any(key.startswith(wrong) for key in it.data):
        yield f"{wrong}… configures the remote {named.replace('-', '_')}"


def _undeliverable(it: Examined) -> Iterator[str]:
    content = FORMATS.get(it.found.content or "")
    for name, value in it.remote.parameters.items() if content and it.remote else ():
        if content and (rule := content.problem(value, name)):
            yield f"{name}: {rule}"


def _type(it: Examined) -> Iterator[str]:
    if it.remote is None:
        return
    if it.backend is None:
        yield "rclone knows no such type"
    elif it.remote.type not in {it.backend.name, it.backend.prefix}:
        yield f"rclone spells it {it.backend.name}"


def _provider(it: Examined) -> Iterator[str]:
    if it.backend and it.remote and (given := it.remote.parameters.get("provider")):
        known = it.backend.choices("provider") if "provider" in it.backend.options else ()
        for right in known:
            if right != given and right.lower() == given.lower():
                yield f"rclone spells it {right}"


def _plain_password(it: Examined) -> Iterator[str]:
    yield from sorted(_plain(it))


def _plain(it: Examined) -> set[str]:
    if not (it.backend and it.remote):
        return set()
    passwords = {name for name, option in it.backend.options.items() if option.password}
    return {
        name for name, value in it.remote.parameters.items() if name in passwords and not _is_obscured(value)
    }


def _is_obscured(value: str) -> bool:
    try:
        reveal(value).decode()
    except ValueError:
        return False
    return True


def _parameters(it: Examined) -> Iterator[str]:
    if it.backend is None or it.remote is None:
        return
    elsewhere = {f"parameters.{name}" for name in _plain(it)}
    try:
        check(it.remote.type, it.remote.parameters, obscured=True)
    except InvalidArguments as invalid:
        yield from (str(problem) for problem in invalid.problems if problem.argument not in elsewhere)


def _anonymous(it: Examined) -> Iterator[str]:
    # Seldon's image for Core 1 presets RCLONE_CONFIG_GS_ANONYMOUS=true (seldon-core, storage initializer).
    if it.backend and it.remote and it.backend.name == _GCS:
        parameters = it.remote.parameters
        preset = "true" if it.found.content == ENV_VAR.name and it.remote.name == "gs" else "false"
        if parameters.get("service_account_credentials") and parameters.get("anonymous", preset) == "true":
            yield "anonymous is on beside credentials"


def _service_account(it: Examined) -> Iterator[str]:
    key = it.remote.parameters.get("service_account_credentials") if it.remote else None
    if not (key and it.backend and it.backend.name == _GCS):
        return
    try:
        GcsBucket.parse({"remote": "any", "namespace": "any", "credentials": key})
    except InvalidArguments as invalid:
        yield from (problem.rule for problem in invalid.problems)


def _docker_config(it: Examined) -> Iterator[str]:
    if it.found.kind != "registry":
        return
    if DATA_KEY not in it.text:
        yield f"key {DATA_KEY} is missing"
        return
    try:
        docker_config.read(it.text[DATA_KEY])
    except ValueError as error:
        yield str(error)


def _different_formats(it: Examined) -> Iterator[str]:
    if not (it.twin and it.remote and it.twin.remote):
        return
    one, other = it.remote.parameters, it.twin.remote.parameters
    for name in sorted({*one, *other}):
        # What rclone's config/create asks (config_…) is answered in one format only.
        if one.get(name) != other.get(name) and not name.startswith("config_"):
            yield f"{name} differs from {it.twin.found.secret}"


_ERROR, _WARNING = Severity.error, Severity.warning

CHECKS = (
    Check(
        "label-missing",
        _ERROR,
        "Seldon Enterprise Platform offers only Secrets with its two labels.",
        'Set the labels seldon-deploy: "true" and secret-type: bucket or registry.',
        _labels,
    ),
    Check(
        "namespace-restricted",
        _WARNING,
        "Seldon Enterprise Platform does not look into this namespace.",
        'Set the label seldon.restricted: "false" on the namespace.',
        _namespace,
    ),
    Check(
        "format-label",
        _ERROR,
        "The platform takes the Secret for a format that it does not have and offers it in the wrong places.",
        "Set the format label to the format that the Secret holds.",
        _format_label,
    ),
    Check(
        "secret-name",
        _WARNING,
        "The Secret is not called as the platform calls it, <remote>-bucket-envvars or <remote>-bucket-params.",
        "Make it anew under that name, and change what refers to it.",
        _name,
    ),
    Check(
        "remote-name",
        _ERROR,
        "The remote in the Secret's name is not the one in its content, so that URIs with the former fail.",
        "Use one remote in both.",
        _remote_name,
    ),
    Check(
        "one-key",
        _ERROR,
        "Core 2 reads a Secret with exactly one key and refuses any other; an empty one configures nothing.",
        "Keep one key, whose value is the whole JSON.",
        _keys,
    ),
    Check(
        "unreadable",
        _ERROR,
        "The content is not what rclone or Core 2's agent reads.",
        "Write it anew, with one of the components or by the format's page.",
        _unreadable,
    ),
    Check(
        "not-text",
        _ERROR,
        "Core 2's agent refuses parameters that are objects or lists.",
        "Write the parameter as one text, JSON within a string.",
        _not_strings,
    ),
    Check(
        "lower-case-key",
        _ERROR,
        "rclone looks only for variables in upper case.",
        "Write the whole key in upper case.",
        _lower_case,
    ),
    Check(
        "underscore-for-dash",
        _ERROR,
        "From 1.57.0 on rclone keeps the dashes of a remote, and the variables configure another one.",
        "Write the dashes of the remote in the keys too.",
        _underscores,
    ),
    Check(
        "undeliverable-value",
        _ERROR,
        "A value does not reach rclone unchanged in this format.",
        "Change the value as the rule says; a key file goes on one line.",
        _undeliverable,
    ),
    Check(
        "rclone-type",
        _ERROR,
        "rclone has no backend of this type as it is spelt.",
        "Use a type of https://rclone.org/overview/, in rclone's spelling.",
        _type,
    ),
    Check(
        "provider-spelling",
        _WARNING,
        "rclone compares providers letter by letter and falls back to generic behaviour.",
        "Use rclone's spelling.",
        _provider,
    ),
    Check(
        "plain-password",
        _ERROR,
        "rclone expects this password obscured and fails to reveal a plain one.",
        "Store what `rclone obscure` prints, or use a component, which obscures.",
        _plain_password,
    ),
    Check(
        "rclone-option",
        _ERROR,
        "A parameter is unknown to rclone, missing or has a value that rclone refuses or ignores.",
        "Correct the parameter by the backend's page in rclone's documentation.",
        _parameters,
    ),
    Check(
        "gcs-anonymous",
        _ERROR,
        "rclone ignores the credentials of an anonymous remote, and Core 1 presets the remote gs as one.",
        'Set anonymous to "false", or name the remote otherwise.',
        _anonymous,
    ),
    Check(
        "service-account",
        _ERROR,
        "The service account's key file is not one that rclone can use.",
        "Store the whole JSON key file on one line.",
        _service_account,
    ),
    Check(
        "docker-config",
        _ERROR,
        "The docker config holds no credentials that a node can use.",
        "Give server, username and password, or a config with auths.",
        _docker_config,
    ),
    Check(
        "different-formats",
        _ERROR,
        "The two Secrets of a remote hold different parameters: one was changed and the other forgotten.",
        "Write both from one declaration.",
        _different_formats,
    ),
)

PERMISSIONS = Rule(
    "permissions",
    _WARNING,
    "Programs need to get, list, create, patch and delete Secrets to look after them.",
    "Ask for a Role with these verbs on secrets, or use another context.",
)
