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
_types = st.sampled_from(backend_names())


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
