"""Values that a stranger may store in a Secret: of any type, any depth, any length, and with any character."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from tests.support.manifests import BUCKET
from tests.support.wrong_secrets import params

DEEP = 300_000
LONG = "9" * 5_000
HIDDEN = set("\x00\x07\x1b\x9b\u202e\u2028\ud800\udfff")
"""Characters that no command may print."""


def stored(value: str | bytes, key: str = "models", **metadata: Any) -> str:
    """A manifest with this value, as JSON."""
    data = base64.b64encode(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))
    manifest = params() | {"data": {key: data.decode()}}
    manifest["metadata"] |= metadata
    return json.dumps(manifest)


def config(**fields: Any) -> str:
    return stored(json.dumps({"name": "models", "type": "s3", "parameters": {}} | fields))


ODD_VALUES: Sequence[Any] = (
    5, 5.5, True, None, [], [[]], [1], {}, {"a": {"b": [1]}}, "", "\x1b[2J", "\u202e", "\ud800", "\x00", "\u2028",
)  # fmt: skip
VALUES = {
    **{
        f"{field}: {json.dumps(value)}": config(**{field: value})
        for field in ("name", "type", "parameters")
        for value in ODD_VALUES
    },
    **{f"parameter {json.dumps(value)}": config(parameters={"region": value}) for value in ODD_VALUES},
    "option of control characters": config(parameters={"\x1b[2J\ud800\n": "x"}),
    "deep JSON": stored('{"parameters":' + "[" * DEEP),
    "deep JSON that ends": stored('{"parameters":' + "[" * DEEP + "]" * DEEP + "}"),
    "deep YAML": stored("parameters: " + "- " * DEEP),
    "deep parameter": config(parameters={"token": "[" * DEEP}),
    "deep key file": config(
        type="gcs", parameters={"service_account_credentials": '{"a":' * 20_000 + "1" + "}" * 20_000}
    ),
    "deep key file in base64": config(
        type="gcs",
        parameters={"service_account_credentials": base64.b64encode(b'{"a":' * 20_000).decode()},
    ),
    "long number": stored(f'{{"name": "models", "type": "s3", "parameters": {{"a": {LONG}}}}}'),
    "long number as the value": stored(f'{{"parameters": {LONG}}}'),
    "cycle": stored("&a\nname: models\ntype: s3\nparameters: *a\n"),
    "cycle in a parameter": stored("name: models\ntype: s3\nparameters: &a\n  token: *a\n"),
    "aliases": stored(
        "parameters: {}\na0: &a0 [x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    ),
    "comment": stored("name: models\ntype: s3\nparameters:\n  region: eu #9\x85  acl: x #1\n"),
    "tag": stored("!!python/object/apply:os.system\nparameters: [x]\n"),
    "binary tag": stored("name: !!binary bW9kZWxz\ntype: s3\nparameters: {}\n"),
    "two documents": stored("name: a\nparameters: {}\n---\nname: b\n"),
    "key that is a list": stored("parameters: {? [a] : b}\n"),
    "NUL": stored("parameters: \x00"),
    "byte order mark": stored("\ufeff" + json.dumps({"name": "a", "type": "s3", "parameters": {}})),
    "not text": stored(b"\xff\xfe parameters"),
    "lone surrogate in UTF-8": stored("parameters: \ud800"),
    "docker config": json.dumps(
        {
            "kind": "Secret",
            "type": "kubernetes.io/dockerconfigjson",
            "metadata": {"name": "pull", "namespace": "team", "labels": BUCKET | {"secret-type": "registry"}},
            "data": {
                ".dockerconfigjson": base64.b64encode(b'{"auths":' * 20_000 + b"1" + b"}" * 20_000).decode()
            },
        }
    ),
}
