"""Strategies for what a stranger may write: almost valid texts, and Secrets with a credential in any value."""

import base64
import json
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

texts = st.builds(
    lambda parts, times: "".join(part * count for part, count in zip(parts, times, strict=False)),
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


@st.composite
def remotes(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """The type and options of a remote. Names are harmless, because messages show them."""
    type_ = draw(st.sampled_from(backend_names()))
    options = st.sampled_from(sorted(backend(type_).options))
    odd = st.text(st.characters(codec="utf-8"), max_size=6)
    return type_, draw(st.dictionaries(st.one_of(options, options, odd), texts, max_size=5))


@st.composite
def docker_configs(draw: st.DrawFn) -> str:
    fields = st.sampled_from(["auth", "username", "password", "email", "identitytoken"])
    logins = st.just(base64.b64encode(f"bot:{CANARY}".encode()).decode())
    entries = st.dictionaries(fields, st.one_of(st.just(CANARY), logins, values), max_size=4)
    hosts = st.sampled_from(["ghcr.io", "https://a:5000/v1/", "docker.io", "\ud800", "[", "a b", "u@b", ""])
    auths = st.dictionaries(hosts, st.one_of(entries, values), max_size=4)
    config: dict[str, Any] = {"auths": draw(auths)}
    if draw(st.booleans()):
        config["credHelpers"] = draw(
            st.dictionaries(hosts, st.sampled_from(["a", 1, None, [], {}]), max_size=3)
        )
    return json.dumps(config)


@st.composite
def secrets(draw: st.DrawFn) -> dict[str, Any]:
    """A Secret of an API server or a manifest, with anything in any field."""
    type_, options = draw(remotes())
    in_json = {"name": "models", "type": type_, "parameters": options}
    string_data = draw(
        st.one_of(
            st.just(
                {
                    f"RCLONE_CONFIG_MODELS_{key.upper()}": value
                    for key, value in {"type": type_, **options}.items()
                }
            ),
            st.just({"models": json.dumps(in_json)}),
            texts.map(lambda text: {"models": text}),
            docker_configs().map(lambda text: {".dockerconfigjson": text}),
            st.dictionaries(st.sampled_from(["models", "RCLONE_CONFIG_A_TYPE", "a"]), values, max_size=3),
        )
    )
    labels = {"secret-type": draw(st.sampled_from(["bucket", "registry", "other"])), "seldon-deploy": "true"}
    metadata: dict[str, Any] = {"name": "models-bucket-params", "namespace": "team", "labels": labels}
    secret: dict[str, Any] = {"kind": "Secret", "metadata": metadata, "stringData": string_data}
    if draw(st.booleans()):
        field = draw(
            st.sampled_from(
                ["name", "namespace", "labels", "annotations", "ownerReferences", "managedFields"]
            )
        )
        metadata[field] = draw(_without_canary)
    if draw(st.booleans()):
        secret[draw(st.sampled_from(["type", "data", "metadata"]))] = draw(_without_canary)
    return secret


_without_canary = values.filter(lambda value: CANARY not in repr(value))
