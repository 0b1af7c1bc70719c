"""Generate rclone/catalog.json and docs/backends.md from the real rclone.

    python -m tools.generate_catalog

Run this when the rclone in toolchain/rclone changes.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from seldon_secrets_pulumi.rclone.login import OAUTH, preload_problem
from toolchain.build import PARTS, PURPOSES, Cache, cache_folder

ROOT = Path(__file__).parents[1]
CATALOG = ROOT / "seldon_secrets_pulumi" / "rclone" / "catalog.json"
TABLE = ROOT / "docs" / "backends.md"

# The page of a backend has its name without spaces. This one is the old name of another backend.
_PAGES = {"tardigrade": "storj"}

# Keys that a backend reads from its configuration but does not list as options. Most are written by rclone's own
# dialog. Source: the `config:"…"` tags and `m.Get(…)` calls of backend/<name>/ in rclone v1.75.0.
_UNLISTED = {
    "dropbox": ("async_batch",),
    "internxt": ("token",),
    "jottacloud": ("configVersion", "device", "mountpoint", "tokenURL", "username"),
    "pikpak": ("captcha_token", "token", "user_id"),
}

_PAGE = """# Backends

The backends of rclone {version} that `RcloneBucketSecret` supports. `make catalog` generates this page; do not edit it.

- *Required* lists the options that rclone's own dialog requires, with the providers that require them in brackets. The
  package rejects a declaration only if the backend does not work without the option.
- *Passwords* lists the options that rclone stores obscured. Pass them in plain text; the package obscures them. Set
  `obscured` to pass the output of `rclone obscure` instead.
- The page of a backend describes all of its options. Set `allow_unknown_options` to use options of a newer rclone.

| Type | Also accepted as | Description | Required | Passwords | Options |
|---|---|---|---|---|---|
{rows}

## Remotes that wrap others

A Secret configures one remote. The backends `crypt`, `alias`, `union`, `combine`, `chunker`, `compress`, `hasher`, `cache`
and `archive` wrap other remotes, so write the wrapped remote as an rclone
[connection string](https://rclone.org/docs/#connection-strings):

```yaml
type: crypt
parameters:
  remote: ":s3,provider=Minio,access_key_id=AKIA…,secret_access_key=…,endpoint='http://minio:9000':bucket/path"
  password: …
  password2: …
```

Obscure the passwords in the connection string with `rclone obscure`. Write the others in plain text. `combine` takes
`upstreams: "one=:s3,…:bucket two=:s3,…:bucket"`; `union` takes the same without names.

## Remotes that need a login

For {browser}, run `rclone authorize "<type>"` on a machine with a browser and use the text that it prints between the
arrows as `token`, or use one of the credentials that the error message lists. Core 2 can preload these remotes
(`config_secrets`), because the Secret also answers the questions of rclone's `config/create`. Core 2 cannot preload
{not_preloaded}: `config/create` logs in again each time. Use a Model's `secretName` for these.

The `config/create` of `onedrive` asks Microsoft's service for the drive, and doesn't return while the service can't be
reached. A preloaded remote then holds Core 2's agent up; a Model's `secretName` does not.

## Values with a syntax of their own

| Option | Pass | The Secret contains |
|---|---|---|
| `key_pem` of `sftp` | the content of the private key file | the key on one line, with `\\n` for each line break |
| `service_account_credentials` | the key file of a service account, or its base64 | the same as JSON on one line |
| `token`, `config_credentials` | the JSON, with or without line breaks | the same on one line |
| `url`, `endpoint` and other URLs | a URL with its scheme; three libraries add the scheme themselves | the same |
| `host` of `sftp`, `ftp` and `smb` | the host only; the port has its own option | the same |
| `…_file`, `…_path` | a path in the container that runs rclone, not the content of the file | the same |

Write strings in quotes in YAML. The package rejects numbers, booleans and dates for options that are strings, because YAML
changes values such as `0042` or `1.10`.

Since rclone 1.70, every backend accepts rclone's global options with the prefix `override.` (for this remote) or `global.`
(for all remotes), such as `override.no_check_certificate: true`. Older versions ignore them.

## Values that cannot be delivered

| Value | `env_var` | `config_param` |
|---|---|---|
| quotes inside, backslashes, `$`, `#`, `:`, `,`, `=`, braces, spaces, any script | yes | yes |
| line breaks inside | yes | no: `config/create` rejects them |
| a quote at the start, but no `:` or `,` inside | yes | no: Core 2 does not quote it in its connection string |
| `%(name)s` | yes | no: `config/create` replaces it |
| options that start with `config_` | yes | no: `config/create` uses them once and does not store them |
| `2fa` of `seafile` is `true` | yes | no: `config/create` waits for a code. Run `rclone config` once and use `auth_token` |
| `authorization` of `sugarsync` without `refresh_token` | yes | no: `config/create` asks for a password, and rclone ends |
| `satellite_address`, `api_key`, `passphrase` of `storj` without `provider: new` | yes | no: `config/create` drops them |
| no login for `google cloud storage` | yes: the credentials of the environment | no: `config/create` waits for a login |
| more than 128 KiB | no: Linux limits the length of a variable | yes |
| a NUL character | no | no |

## The rclone in Seldon's images

| Core 1 | rclone | | Core 2 | rclone | | Core 2 | rclone |
|---|---|---|---|---|---|---|---|
| 1.8 to 1.11 | 1.55.1 | | 2.0, 2.1 | 1.56.2 | | 2.8.0 | 1.65.2 |
| 1.12, 1.13 | 1.56.2 | | 2.2, 2.3 | 1.61.1 | | 2.8.1 | 1.66.0 |
| 1.14 | 1.57.0 | | 2.4, 2.5 | 1.62.2 | | 2.8.2, 2.8.3 | 1.67.0 |
| 1.15 to 1.17 | 1.59.1 | | 2.6 | 1.63.0 | | 2.8.4, 2.8.5 | 1.68.1 |
| 1.18 | 1.64.2 | | 2.7 | 1.65.0 | | 2.9.0 | 1.69.1 |
| 1.19.0-rc.1 | 1.72 | | 2.10 | 1.71.1 | | 2.9.1 | 1.70.2 |

An rclone ignores options that are newer than itself, and rejects backends that are newer. List the
[targets](stack.md#targets) of a stack to find both before you deploy. In rclone up to 1.56, a dash in a remote's name
becomes an underscore in variable names, so use names without dashes with Core 1 before 1.14. The tests read the
generated Secrets with rclone {version}, 1.71.1, 1.65.2 and Debian's 1.60.1.

OneDrive for Business and SharePoint require rclone 1.76 or later from April 1, 2027
([rclone's page](https://rclone.org/onedrive/)). No Seldon image listed here has it, so plan another storage for models
there, or an image with a newer rclone.
"""


def main() -> None:
    """Write both files, from the rclone that toolchain/ builds."""
    CATALOG.write_text(catalog_text(), encoding="utf-8")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table_text(), encoding="utf-8")


def catalog_text() -> str:
    """The catalog as JSON with one backend per line, so that diffs are readable."""
    lines = ",\n".join(
        f"{_compact(provider['Name'])}:{_compact(_backend(provider))}" for provider in _providers()
    )
    return f'{{"rclone":{_compact(_version())},"global":{_compact(_global_options())},"backends":{{\n{lines}\n}}}}\n'


def table_text() -> str:
    """A page that lists every backend and its requirements."""
    rows = "\n".join(_row(provider) for provider in _providers() if not provider["Hide"])
    browser = ", ".join(f"`{type_}`" for type_ in OAUTH)
    not_preloaded = ", ".join(
        f"`{provider['Name']}`" for provider in _providers() if preload_problem(provider["Name"]) is not None
    )
    return _PAGE.format(version=_version(), rows=rows, browser=browser, not_preloaded=not_preloaded)


def _row(provider: Mapping[str, Any]) -> str:
    name = provider["Name"]
    options = _options(provider)
    required = [_required(option, row) for option, row in options.items() if row.get("required")]
    passwords = [f"`{option}`" for option, row in options.items() if row.get("password")]
    others = sorted({provider["Prefix"], *(provider.get("Aliases") or ())} - {name})
    cells = (
        f"[`{name}`]({_page(name)})",
        ", ".join(f"`{other}`" for other in others),
        provider["Description"].replace("|", "\\|"),
        ", ".join(required),
        ", ".join(passwords),
        str(len(options)),
    )
    return "| " + " | ".join(cells) + " |"


def _required(option: str, row: Mapping[str, Any]) -> str:
    return f"`{option}` ({row['providers']})" if "providers" in row else f"`{option}`"


def _backend(provider: Mapping[str, Any]) -> dict[str, Any]:
    name = provider["Name"]
    entry = {
        "prefix": provider["Prefix"] if provider["Prefix"] != name else None,
        "aliases": [alias for alias in provider.get("Aliases") or () if alias != name],
        "description": provider["Description"],
        "documentation": _page(name),
        "hidden": provider["Hide"],
        "unlisted": _UNLISTED.get(name),
        "options": _options(provider),
    }
    return _without_empty(entry)


def _options(provider: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The options by name. rclone repeats an option with another help for each provider (koofr's password); merge them."""
    options: dict[str, dict[str, Any]] = {}
    for row in provider["Options"]:
        option = _option(row)
        first = options.setdefault(row["Name"], option)
        if first is not option:
            first["providers"] += "," + option["providers"]
    return options


def _option(row: Mapping[str, Any]) -> dict[str, Any]:
    option = {
        "type": row["Type"] if row["Type"] != "string" else None,
        # The default of `user` is whoever runs rclone, so it differs between machines.
        "default": row["DefaultStr"] if row["Name"] != "user" else None,
        "help": _first_sentence(row["Help"]),
        "required": row["Required"],
        "password": row["IsPassword"],
        "sensitive": row["Sensitive"],
        "exclusive": row["Exclusive"],
        "providers": row.get("Provider"),
        "choices": _choices(row.get("Examples") or ()),
    }
    return _without_empty(option)


def _choices(examples: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """The values in rclone's order, grouped by the providers that they apply to."""
    runs = groupby(examples, key=lambda example: str(example.get("Provider", "")))
    return [(providers, [example["Value"] for example in run]) for providers, run in runs]


def _first_sentence(text: str) -> str:
    """The text up to the first full stop, or to a line break before a line that starts a sentence or a list item."""
    first = re.split(r"(?<=[.?!])\s|\n\n|\n(?=[A-Z-])", text.strip(), maxsplit=1)[0]
    return " ".join(first.split())


def _global_options() -> dict[str, str]:
    """The types of the options that `override.` and `global.` add to every backend, by name."""
    blocks = json.loads(_rclone("rc", "--loopback", "options/info"))
    # The catalog's name for an integer, whatever its size.
    return {
        row["Name"]: row["Type"].removesuffix("64") if row["Type"] == "int64" else row["Type"]
        for row in blocks["main"]
    }


def _page(backend: str) -> str:
    return f"https://rclone.org/{_PAGES.get(backend, backend.replace(' ', ''))}/"


def _without_empty(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry without false, empty or unset values, which readers assume for missing keys."""
    return {key: value for key, value in entry.items() if value}


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _providers() -> list[dict[str, Any]]:
    providers: list[dict[str, Any]] = json.loads(_rclone("config", "providers"))
    return sorted(providers, key=lambda provider: str(provider["Name"]))


def _version() -> str:
    return _rclone("version").split()[1].removeprefix("v")


@cache
def _rclone(*arguments: str) -> str:
    rclone = [part for part in PARTS if part.folder in PURPOSES["rclone"]]
    executable = Cache(cache_folder()).provide(rclone) / "rclone"
    # In this environment, no default contains a home folder, and no variable changes a default.
    environment = {"RCLONE_CONFIG": os.devnull}
    return subprocess.run(  # noqa: S603 - fixed arguments
        [str(executable), *arguments], env=environment, check=True, capture_output=True, text=True
    ).stdout


if __name__ == "__main__":
    main()
