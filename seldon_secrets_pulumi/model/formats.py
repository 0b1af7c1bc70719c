"""The two formats of a bucket secret, written and read back."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from seldon_secrets_pulumi.model.rclone_variables import VARIABLE_START, read_variables
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.rclone.delivery import config_param_problem, env_var_problem
from seldon_secrets_pulumi.rclone.login import answers, create_problems
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a remote into a Secret. `name` is spelled as in Seldon's API."""

    name: str
    suffix: str
    write: Callable[[Remote], dict[str, str]]
    read: Callable[[Mapping[str, str]], Remote]
    problem: Callable[[str, str], str | None]
    """The rule that a value, or the option that it is for, breaks if this format can't deliver it unchanged."""
    remote_problems: Callable[[str, Mapping[str, str]], Iterator[Problem]]
    """The options of a backend that this format can't deliver together. Paths of problems are options."""

    def secret_name(self, remote: str) -> str:
        """The name that Seldon Enterprise Platform 2.4.0 gives the Secret."""
        return f"{remote}-{self.suffix}"


def env_var_key(remote: str, option: str) -> str:
    """The environment variable that sets one option of a remote.

    Since rclone 1.57.0, a dash in the remote stays a dash, and one in the option becomes an underscore
    (rclone `fs/config.go`; pull request 5605). Kubernetes accepts variables with a dash in `envFrom`.
    """
    return f"RCLONE_CONFIG_{remote}_{option.replace('-', '_')}".upper()


def _write_env_var(remote: Remote) -> dict[str, str]:
    parameters = {"type": remote.type, **remote.parameters}
    return {env_var_key(remote.name, parameter): parameters[parameter] for parameter in sorted(parameters)}


def _read_env_var(data: Mapping[str, str]) -> Remote:
    variables = read_variables(data)
    if variables.without_remote or not all(key.startswith(VARIABLE_START) for key in data):
        raise ValueError("a key is not of the form RCLONE_CONFIG_<REMOTE>_<PARAMETER>")
    if len(variables.remotes) != 1:
        raise ValueError(f"the keys belong to {len(variables.remotes)} remotes instead of one")
    [(name, options)] = variables.remotes.items()
    if "type" not in options:
        raise ValueError("the key that ends in _TYPE is missing")
    parameters = {option: value for option, value in options.items() if option != "type"}
    return Remote(name, options["type"], parameters)


def _write_config_param(remote: Remote) -> dict[str, str]:
    # Core 2's agent expects a Secret with exactly one key, of any name, and decodes name, type and a map of strings
    # (seldon-core `scheduler/pkg/agent`, `k8s/secrets.go` and `rclone/rclone.go`).
    parameters = {**answers(remote.type, remote.parameters), **remote.parameters}
    value = {"name": remote.name, "parameters": parameters, "type": remote.type}
    return {remote.name: json.dumps(value, sort_keys=True, separators=(",", ":"))}


def _read_config_param(data: Mapping[str, str]) -> Remote:
    if len(data) != 1:
        raise ValueError(f"the Secret has {len(data)} keys instead of one")
    try:
        value = parse_json(next(iter(data.values())))
        name, backend_type, parameters = value["name"], value["type"], value["parameters"]
    except (UnreadableTextError, KeyError, TypeError):
        raise ValueError("the value is not a JSON object with name, type and parameters") from None
    if not (isinstance(name, str) and isinstance(backend_type, str)):
        raise ValueError("name and type must be strings")  # noqa: TRY004 - a rule of the data
    if not (isinstance(parameters, dict) and all(isinstance(item, str) for item in parameters.values())):
        raise ValueError("parameters must be an object of strings")
    return Remote(name, backend_type, parameters)


ENV_VAR = Format(
    "env_var",
    "bucket-envvars",
    _write_env_var,
    _read_env_var,
    lambda value, _: env_var_problem(value),
    lambda *_: iter(()),
)
"""Core 1, batch jobs and reference data: one key per environment variable of rclone."""

CONFIG_PARAM = Format(
    "config_param",
    "bucket-params",
    _write_config_param,
    _read_config_param,
    config_param_problem,
    create_problems,
)
"""Core 2: one key, whose value is JSON for rclone."""

FORMATS: Mapping[str, Format] = {each.name: each for each in (ENV_VAR, CONFIG_PARAM)}
