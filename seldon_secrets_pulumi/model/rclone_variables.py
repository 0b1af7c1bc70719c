"""The remotes that environment variables configure, named as rclone names them.

rclone takes the names from the variables that end in `_TYPE` (`fs/config/config.go`, `^RCLONE_CONFIG_(.+?)_TYPE=.+$`), so
that a name may contain underscores, and looks up every option under the name in uppercase (`fs/config.go`, ConfigToEnv).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from seldon_secrets_pulumi.problem import InvalidArguments
from seldon_secrets_pulumi.rclone.catalog import backend

VARIABLE_START = "RCLONE_CONFIG_"
_TYPE_END = "_TYPE"
# Kubernetes `staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go`, DNS1123SubdomainMaxLength: no Secret has
# a longer key.
_LONGEST_KEY = 253
# rclone reads these for itself: the password of its configuration file, and the file's folder.
_OF_RCLONE = frozenset({"RCLONE_CONFIG_DIR", "RCLONE_CONFIG_PASS"})
# Core 1's image presets RCLONE_CONFIG_GS_TYPE (seldon-core, Dockerfile of the rclone storage initializer).
_PRESET_TYPES = {"GS": "google cloud storage"}


@dataclass(frozen=True, slots=True)
class RcloneVariables:
    """Variables by remote. Names of remotes and of options are in lowercase."""

    remotes: Mapping[str, Mapping[str, str]] = field(repr=False)
    """The options of each remote, `type` among them if it is set or preset."""
    without_remote: tuple[str, ...]
    """The variables that start like rclone's but do not name both a remote and an option."""


def read_variables(data: Mapping[str, str]) -> RcloneVariables:
    """The remotes that a Secret's data configures. Keys in lowercase count too, though rclone does not read them."""
    variables = {
        key.upper(): (key, value)
        for key, value in data.items()
        if key.upper().startswith(VARIABLE_START) and key.upper() not in _OF_RCLONE
    }
    names = _remote_names({key: value for key, (_, value) in variables.items()})
    remotes: dict[str, dict[str, str]] = {}
    without_remote: list[str] = []
    for variable, (key, value) in variables.items():
        rest = variable.removeprefix(VARIABLE_START)
        remote = next((name for name in _beginnings(rest) if name in names), rest.partition("_")[0])
        option = rest[len(remote) + 1 :].lower()
        if remote and option:
            remotes.setdefault(remote.lower(), _preset(remote))[option] = value
        else:
            without_remote.append(key)
    return RcloneVariables(remotes, tuple(without_remote))


def _preset(remote: str) -> dict[str, str]:
    return {"type": _PRESET_TYPES[remote]} if remote in _PRESET_TYPES else {}


def _beginnings(text: str) -> Iterator[str]:
    """The parts of a name before each of its underscores, the longest first."""
    end = min(len(text), _LONGEST_KEY)
    while (end := text.rfind("_", 0, end)) > 0:
        yield text[:end]


def _remote_names(variables: Mapping[str, str]) -> set[str]:
    """The names of the remotes in uppercase."""
    types = {
        key.removeprefix(VARIABLE_START).removesuffix(_TYPE_END): value
        for key, value in variables.items()
        if key.endswith(_TYPE_END) and len(key) > len(VARIABLE_START) + len(_TYPE_END)
    }
    types = {**{name: each for name, each in _PRESET_TYPES.items() if name not in types}, **types}
    names: set[str] = set()
    for name in sorted(types, key=len):
        shorter = (beginning for beginning in _beginnings(name) if beginning in names)
        if not any(_is_option(name, remote, types[remote]) for remote in shorter):
            names.add(name)
    return names


def _is_option(name: str, remote: str, type_name: str) -> bool:
    """Whether `<name>_TYPE` sets an option of a remote with a shorter name, such as onedrive's `drive_type`."""
    return f"{name[len(remote) + 1 :]}_type".lower() in _type_options(type_name)


def _type_options(type_name: str) -> Collection[str]:
    try:
        found = backend(type_name)
    except InvalidArguments:
        return ()
    return list(_ending_in_type((*found.options, *found.unlisted)))


def _ending_in_type(options: Collection[str]) -> Iterator[str]:
    return (option for option in options if option.endswith("_type"))
