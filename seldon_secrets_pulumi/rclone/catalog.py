"""Every backend of rclone and its options, as rclone itself describes them.

`tools/generate_catalog.py` generates the data, `catalog.json`, from `rclone config providers`. The first lookup reads
it, and a backend is built when it is first used.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from seldon_secrets_pulumi.problem import InvalidArguments, Problem, did_you_mean

BACKENDS_PAGE = "https://rclone.org/overview/"
GLOBAL_OPTIONS_PAGE = "https://rclone.org/docs/#adding-global-configuration-to-a-remote"

# Options that rclone applies to one remote, or to all: `override.no_check_certificate`. Since rclone 1.70, every backend
# has them (fs/newfs.go, addConfigToContext).
_GLOBAL_PREFIXES = ("override.", "global.")

# The backend of services and protocols that have other names.
_TYPES_OF_SERVICES: Mapping[str, str] = {
    **dict.fromkeys(("amazon", "amazons3", "aws", "awss3"), "s3 with provider AWS"),
    **dict.fromkeys(("r2", "cloudflarer2"), "s3 with provider Cloudflare"),
    **dict.fromkeys(("digitaloceanspaces", "spaces"), "s3 with provider DigitalOcean"),
    **dict.fromkeys(("gcp", "googlecloud", "googlestorage", "gs"), "gcs"),
    **dict.fromkeys(
        ("abfs", "abfss", "adls", "azblob", "azure", "azureblobstorage", "blob", "wasb", "wasbs"), "azureblob"
    ),
    **dict.fromkeys(("azurefile", "azurefileshare"), "azurefiles"),
    **dict.fromkeys(("gdrive", "googledrive"), "drive"),
    "gphoto": "google photos",
    **dict.fromkeys(("backblaze", "backblazeb2"), "b2"),
    **dict.fromkeys(("oci", "oracle", "oraclecloud"), "oracleobjectstorage"),
    **dict.fromkeys(("keystone", "openstack", "openstackswift"), "swift"),
    **dict.fromkeys(("microsoftonedrive", "sharepoint"), "onedrive"),
    **dict.fromkeys(("scp", "ssh"), "sftp"),
    "ftps": "ftp with tls",
    **dict.fromkeys(("cifs", "samba", "windowsshare"), "smb"),
    **dict.fromkeys(("dav", "davs", "nextcloud", "owncloud"), "webdav"),
    **dict.fromkeys(("https", "url", "web"), "http"),
    **dict.fromkeys(("disk", "file", "folder", "pvc"), "local"),
    "hadoop": "hdfs",
}


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers that an option or a choice is for, in rclone's notation: `AWS,Ceph`, `!AWS`, or empty for all."""

    condition: str

    def __bool__(self) -> bool:
        return bool(self.condition)

    def __contains__(self, provider: str) -> bool:
        """Like rclone's MatchProvider (fs/backend_config.go): an unset provider matches everything."""
        if not self.condition or not provider:
            return True
        return (provider in self.names) is not self.excludes

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.condition.removeprefix("!").split(","))

    @property
    def excludes(self) -> bool:
        return self.condition.startswith("!")


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a backend.

    `required`, `providers` and `choices` drive rclone's configuration dialogue. rclone itself enforces only
    `exclusive` choices, and the syntax of types other than string.
    """

    name: str
    type: str
    default: str
    help: str
    required: bool
    password: bool
    sensitive: bool
    exclusive: bool
    providers: Providers
    examples: tuple[tuple[str, Providers], ...]

    def choices(self, provider: str = "") -> tuple[str, ...]:
        """The values that rclone offers for this provider."""
        return tuple(dict.fromkeys(value for value, providers in self.examples if provider in providers))


@dataclass(frozen=True, slots=True)
class Backend:
    """One backend. `unlisted` are keys that it reads from its configuration but does not list as options."""

    name: str
    prefix: str
    aliases: tuple[str, ...]
    description: str
    documentation: str
    hidden: bool
    unlisted: tuple[str, ...]
    options: Mapping[str, Option]

    @property
    def spellings(self) -> frozenset[str]:
        """The types in a Secret that rclone takes for this backend (fs/registry.go, Find)."""
        return frozenset({self.name, self.prefix, self.name.replace(" ", "")})

    def option(self, name: str) -> Option:
        return self.options[name]

    def choices(self, option: str, provider: str = "") -> tuple[str, ...]:
        return self.options[option].choices(provider)


def rclone_version() -> str:
    """The version of rclone that the catalog was generated from."""
    return str(_data()["rclone"])


def backend_names() -> tuple[str, ...]:
    """The canonical names of all backends, sorted."""
    return tuple(_data()["backends"])


def backend(spelling: str) -> Backend:
    """The backend with this name, prefix or alias, in any case. Raises `InvalidArguments`.

    rclone itself is case-sensitive here and accepts no aliases, so a Secret must contain the backend's `name`.
    """
    name = _spellings().get(_folded(spelling))
    if name is None:
        known = _type_of_service(_folded(spelling))
        hint = known or did_you_mean(spelling, _spellings().values()) or "see all types at"
        rule = f"is not a type of rclone {rclone_version()}; {hint} {BACKENDS_PAGE}"
        raise InvalidArguments([Problem("type", rule, code="unknown_type")])
    return _backend(name)


def global_prefix(name: str) -> str:
    """The prefix of an option's name that makes it a global option of rclone, or nothing."""
    return next((prefix for prefix in _GLOBAL_PREFIXES if name.startswith(prefix)), "")


def global_option(name: str) -> Option | None:
    """The global option behind a name with `override.` or `global.`, if rclone has it."""
    prefix = global_prefix(name)
    return global_options().get(name.removeprefix(prefix)) if prefix else None


@cache
def global_options() -> Mapping[str, Option]:
    """The global options of rclone by name, in the spelling of its configuration file."""
    return {name: _option(name, {"type": option_type}) for name, option_type in _data()["global"].items()}


@cache
def _data() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("catalog.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _type_of_service(folded: str) -> str | None:
    """The suggestion for the name of a service or protocol that is not the name of its backend."""
    if folded in _TYPES_OF_SERVICES:
        return f"did you mean {_TYPES_OF_SERVICES[folded]}?"
    providers = {_folded(provider): provider for provider in backend("s3").choices("provider")}
    if folded in providers:
        return f"did you mean s3 with provider {providers[folded]}?"
    return None


@cache
def _spellings() -> Mapping[str, str]:
    """The canonical name for every accepted spelling. A name takes precedence over another backend's alias."""
    backends: Mapping[str, Mapping[str, Any]] = _data()["backends"]
    others = {
        _folded(spelling): name
        for name, entry in backends.items()
        for spelling in (entry.get("prefix", name), *entry.get("aliases", ()))
    }
    return others | {_folded(name): name for name in backends}


def _folded(spelling: str) -> str:
    """Without spaces, which rclone allows: `googlecloudstorage`."""
    return spelling.strip().lower().replace(" ", "")


@cache
def _backend(name: str) -> Backend:
    entry: Mapping[str, Any] = _data()["backends"][name]
    return Backend(
        name=name,
        prefix=entry.get("prefix", name),
        aliases=tuple(entry.get("aliases", ())),
        description=entry["description"],
        documentation=entry["documentation"],
        hidden=entry.get("hidden", False),
        unlisted=tuple(entry.get("unlisted", ())),
        options={option: _option(option, row) for option, row in entry["options"].items()},
    )


def _option(name: str, row: Mapping[str, Any]) -> Option:
    return Option(
        name=name,
        type=row.get("type", "string"),
        default=row.get("default", ""),
        help=row.get("help", ""),
        required=row.get("required", False),
        password=row.get("password", False),
        sensitive=row.get("sensitive", False),
        exclusive=row.get("exclusive", False),
        providers=Providers(row.get("providers", "")),
        examples=tuple(_examples(row.get("choices", ()))),
    )


def _examples(groups: Iterable[tuple[str, Iterable[str]]]) -> Iterable[tuple[str, Providers]]:
    for condition, values in groups:
        providers = Providers(condition)
        yield from ((value, providers) for value in values)
