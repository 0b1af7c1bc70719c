"""Strategies for what a stranger may write: almost valid texts, and Secrets with a credential in any value."""

import base64
import json
from functools import cache
from typing import Any

from hypothesis import strategies as st

from seldon_secrets_pulumi.rclone.catalog import backend, backend_names
from tests.support.canaries import CANARY

_PARTS = [
    CANARY,
    "",
    " ",
    "\n",
    "\t",
    "\0",
    "\x1b[2J",
    "\u202e",
    "\ud800",
    "\ufeff",
    "é",
    "0",
    "1",
    "9" * 5000,
    "1_",
    "-",
    "+",
]
_PARTS += [
    "0x",
    "e",
    "p",
    ".",
    "1h",
    "m",
    "Mi",
    "off",
    "true",
    "null",
    "nan",
    "2024-01-02",
    "Slash,",
    '"',
    '""',
    "'",
    "''",
]
_PARTS += [
    ",",
    ":",
    "=",
    "/",
    "\\",
    "@",
    "%(",
    ")s",
    "#",
    "&a ",
    "*a ",
    "<<: ",
    "!!int ",
    "!!binary ",
    "- ",
    "? ",
    "---\n",
]
_PARTS += [
    ":s3",
    ":alias,remote=",
    ":union,upstreams=",
    ":crypt",
    ",a=b",
    "a=",
    "https://",
    "{",
    "}",
    "[",
    "]",
    '{"a":',
]
_PARTS += [
    '{"auths":',
    '"auth":',
    '"name":',
    '"type":',
    '"parameters":',
    "name: a\n",
    "type: s3\n",
    "parameters:\n  a: ",
]

# An API server accepts Secrets of 1 MiB. Ten times as much costs the fuzzer's time, and proves nothing more.
_MAX_LENGTH = 2**20


def _repeated(parts: list[str], times: list[int]) -> str:
    text = ""
    for part, count in zip(parts, times, strict=False):
        fitting = (_MAX_LENGTH - len(text)) // max(len(part), 1)
        text += part * min(count, fitting)
    return text


texts = st.builds(
    _repeated,
    st.lists(st.one_of(st.sampled_from(_PARTS), st.text(max_size=4)), max_size=12),
    st.lists(st.sampled_from([1, 1, 1, 1, 2, 300, 5000]), min_size=12, max_size=12),
)

# Random text is seldom a connection string or YAML. These are, until a part of a few of them is lost or added.


def _damaged(text: str, position: int, removed: int, added: str) -> str:
    start = position % (len(text) + 1)
    return text[:start] + added + text[start + removed :]


def _mostly_valid(valid: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    added = st.one_of(st.sampled_from(_PARTS), st.text(max_size=2))
    damaged = st.builds(_damaged, valid, st.integers(0, 2**12), st.integers(0, 3), added)
    return st.one_of(valid, damaged)


def _quoted(value: str, quote: str) -> str:
    return quote + value.replace(quote, quote * 2) + quote if quote else value


def _connection_string(type_: str, parameters: list[tuple[str, str | None, str]], path: str) -> str:
    written = [
        f"{key}" if value is None else f"{key}={_quoted(value, quote)}" for key, value, quote in parameters
    ]
    return f":{','.join([type_, *written])}:{path}"


def _connection_strings_of(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    keys = st.one_of(
        st.sampled_from(["remote", "upstreams", "env_auth", "pass"]), st.text("aZ0_.-", max_size=4)
    )
    parameters = st.tuples(keys, st.one_of(st.none(), values), st.sampled_from(["", '"', "'"]))
    types = st.one_of(_types, st.sampled_from(["", "alias", "union", "S3", "a b"]))
    return st.builds(
        _connection_string, types, st.lists(parameters, max_size=4), st.sampled_from(["", "a/b", ":"])
    )


_types = st.sampled_from(backend_names())
_values = st.one_of(st.sampled_from(_PARTS), st.text(max_size=6))
connection_strings = _mostly_valid(
    st.recursive(
        _connection_strings_of(_values), lambda inner: _connection_strings_of(inner | _values), max_leaves=4
    )
)
"""Connection strings with quotes, and with others in them, as `union` and `crypt` have."""

_yaml_scalars = st.one_of(
    st.sampled_from(
        ["~", "yes", "0x1F", "0o7", "1:30", ".inf", "2024-01-02T03:04:05Z", "=", "<<", "! a", "!!float x"]
    ),
    st.sampled_from(
        ["!!timestamp 2024-13-45", "!!binary ====", "!!set {a}", "!!omap [a: 1]", "!!python/name:os.system"]
    ),
    st.sampled_from(
        [f"'{CANARY}'", f'"{CANARY}\\x"', "*a", "*b", "&a x", "&b [*a, *a]", "|\n  a\n", ">-\n  a\n"]
    ),
    st.text(max_size=4).map(json.dumps),
    _values,
)


def _flow_list(items: list[str]) -> str:
    return f"[{', '.join(items)}]"


def _flow_mapping(items: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in items) + "}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _block_list(items: list[str]) -> str:
    return "".join(f"\n- {_indented(item)}" for item in items)


def _block_mapping(items: list[tuple[str, str]]) -> str:
    return "".join(f"\n{key}: {_indented(value)}" for key, value in items)


def _yaml_collections(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    keys = st.one_of(
        st.sampled_from(["a", "b", "<<", "? c", "'d'", "kind", "metadata", "data", "config"]), _yaml_scalars
    )
    items, entries = st.lists(inner, max_size=3), st.lists(st.tuples(keys, inner), max_size=3)
    anchored = st.builds(
        "{} {}".format, st.sampled_from(["&a", "&b", "!!map", "!!seq", "!!str", "!x"]), inner
    )
    return st.one_of(
        items.map(_flow_list),
        entries.map(_flow_mapping),
        items.map(_block_list),
        entries.map(_block_mapping),
        anchored,
    )


_yaml_values = st.recursive(_yaml_scalars, _yaml_collections, max_leaves=8)
yaml_texts = _mostly_valid(
    st.builds(
        lambda heads, values: "\n".join(f"{head}{value}" for head, value in zip(heads, values, strict=False)),
        st.lists(st.sampled_from(["", "--- ", "%YAML 1.1\n---\n", "# a\n", "...\n"]), min_size=3, max_size=3),
        st.lists(_yaml_values, min_size=1, max_size=3),
    )
)
"""YAML in every style, with anchors, tags and several documents."""

scalars = st.one_of(texts, st.none(), st.booleans(), st.integers(), st.floats())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
names = st.one_of(
    st.sampled_from(["name", "type", "parameters", "auths", "credHelpers", "\ud800"]), st.text(max_size=8)
)


_odd_names = st.text(st.characters(codec="utf-8"), max_size=6)


@cache
def _options(type_: str) -> st.SearchStrategy[dict[str, Any]]:
    """Options of a backend. Building and validating a strategy for each input takes longer than all that is tested."""
    options = st.sampled_from(sorted(backend(type_).options))
    return st.dictionaries(st.one_of(options, options, _odd_names), texts, max_size=5)


@st.composite
def remotes(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """The type and options of a remote. Names are harmless, because messages show them."""
    type_ = draw(_types)
    return type_, draw(_options(type_))


_hosts = st.sampled_from(["ghcr.io", "https://a:5000/v1/", "docker.io", "\ud800", "[", "a b", "u@b", ""])
_logins = st.dictionaries(
    st.sampled_from(["auth", "username", "password", "email", "identitytoken"]),
    st.one_of(st.sampled_from([CANARY, base64.b64encode(f"bot:{CANARY}".encode()).decode()]), values),
    max_size=4,
)
_auths = st.dictionaries(_hosts, st.one_of(_logins, values), max_size=4)
_helpers: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    _hosts, st.sampled_from(["a", 1, None, [], {}]), max_size=3
)

docker_configs = st.one_of(
    st.fixed_dictionaries({"auths": _auths}),
    st.fixed_dictionaries({"auths": _auths, "credHelpers": _helpers}),
).map(json.dumps)


def _variables(remote: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    type_, options = remote
    return {f"RCLONE_CONFIG_MODELS_{key.upper()}": value for key, value in {"type": type_, **options}.items()}


def _json(remote: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    type_, options = remote
    return {"models": json.dumps({"name": "models", "type": type_, "parameters": options})}


_string_data: st.SearchStrategy[dict[str, Any]] = st.one_of(
    remotes().map(_variables),
    remotes().map(_json),
    texts.map(lambda text: {"models": text}),
    docker_configs.map(lambda text: {".dockerconfigjson": text}),
    st.dictionaries(st.sampled_from(["models", "RCLONE_CONFIG_A_TYPE", "a"]), values, max_size=3),
)
_without_canary = values.filter(lambda value: CANARY not in repr(value))
_metadata = st.dictionaries(
    st.sampled_from(["name", "namespace", "labels", "annotations", "ownerReferences", "managedFields"]),
    _without_canary,
    max_size=1,
)
_fields = st.dictionaries(st.sampled_from(["type", "data", "metadata"]), _without_canary, max_size=1)


def _secret(
    kind: str, string_data: object, metadata: dict[str, Any], fields: dict[str, Any]
) -> dict[str, Any]:
    labels = {"secret-type": kind, "seldon-deploy": "true"}
    usual = {"name": "models-bucket-params", "namespace": "team", "labels": labels}
    return {"kind": "Secret", "metadata": usual | metadata, "stringData": string_data} | fields


secrets = st.builds(
    _secret, st.sampled_from(["bucket", "registry", "other"]), _string_data, _metadata, _fields
)
"""A Secret of an API server or a manifest, with anything in any field."""

stranger_names = st.one_of(
    texts,
    st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn", "Mn"]), max_size=80),
    st.text("a-./_0A", max_size=70),
    st.sampled_from(["seldon-secret:", "sledon-secrets:", "project:"]).flatmap(
        lambda prefix: st.text("abcektus", max_size=9).map(lambda name: prefix + name)
    ),
)
"""Names of Secrets, labels and settings: invisible, too long, and almost valid."""
