"""For each check of `doctor`, Secrets that break its rule, and Secrets that almost do."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from seldon_secrets_pulumi.doctor.ignores import ANNOTATION
from seldon_secrets_pulumi.rclone.obscure import obscure
from tests.support.canaries import CANARY
from tests.support.keys import key_file, rsa_pem
from tests.support.manifests import BUCKET, OPEN, namespace, secret

S3 = {"provider": "AWS", "env_auth": "false", "access_key_id": "AKIA", "secret_access_key": CANARY}
DAV = {"url": "https://dav.example.com", "vendor": "other", "user": "me"}
SFTP = {"host": "sftp.example.com", "user": "me"}
GCS = "google cloud storage"
KEY = json.dumps(json.loads(key_file()))
KEY_ON_LINES = json.dumps(json.loads(KEY), indent=1)
PARAMS = {"bucket-secret-format": "config_param"}
REGISTRY = {"secret-type": "registry", "seldon-deploy": "true"}
LOGIN = base64.b64encode(f"me:{CANARY}".encode()).decode()
DOCKER = {"auths": {"ghcr.io": {"auth": LOGIN}}}
Manifest = dict[str, Any]


def env(
    parameters: Mapping[str, str] = S3,
    remote: str = "models",
    type_: str = "s3",
    name: str = "",
    labels: Mapping[str, object] = BUCKET,
) -> Manifest:
    options = {"type": type_, **parameters}
    data = {f"RCLONE_CONFIG_{remote}_{option}".upper(): value for option, value in options.items()}
    return secret(name or f"{remote}-bucket-envvars", data, labels=labels)


def params(
    parameters: Mapping[str, Any] = S3,
    remote: str = "models",
    type_: str = "s3",
    name: str = "",
    labels: Mapping[str, str] = BUCKET | PARAMS,
) -> Manifest:
    value = {"name": remote, "type": type_, "parameters": parameters}
    return text(json.dumps(value), name or f"{remote.lower()}-bucket-params", labels)


def text(
    value: str, name: str = "models-bucket-params", labels: Mapping[str, str] = BUCKET | PARAMS, **more: str
) -> Manifest:
    return secret(name, {"models": value, **more}, labels=labels)


def raw(
    data: Mapping[str, str], name: str = "models-bucket-envvars", labels: Mapping[str, str] = BUCKET
) -> Manifest:
    return secret(name, data, labels=labels)


def docker(config: object, key: str = ".dockerconfigjson") -> Manifest:
    value = config if isinstance(config, str) else json.dumps(config)
    # The API server accepts only a JSON object for this type.
    is_accepted = key == ".dockerconfigjson" and value.startswith("{") and value.endswith("}")
    kubernetes_type = "kubernetes.io/dockerconfigjson" if is_accepted else "Opaque"
    return secret("ghcr", {key: value}, labels=REGISTRY) | {"type": kubernetes_type}


def binary(name: str, key: str) -> Manifest:
    return secret(name, {}, labels=BUCKET) | {"data": {key: base64.b64encode(b"\xff\xfe").decode()}}


def ignoring(secret: Manifest, annotation: str) -> Manifest:
    return secret | {"metadata": secret["metadata"] | {"annotations": {ANNOTATION: annotation}}}


def with_opt(opt: object) -> Manifest:
    return text(json.dumps({"name": "models", "type": "s3", "parameters": S3, "opt": opt}))


def _twice(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


YAML_TEXT = (
    f"name: models\ntype: s3\nparameters:\n  provider: AWS\n  access_key_id: a\n  secret_access_key: {CANARY}"
)
JSON_TEXT = json.dumps({"name": "models", "type": "s3", "parameters": S3})
GCS_ENV = {"service_account_credentials": KEY}

MINIO = S3 | {"provider": "Minio", "endpoint": "http://minio:9000"}
AZURE = {"account": "models", "key": base64.b64encode(CANARY.encode()).decode()}
S3_KEYS = ("access_key_id", "secret_access_key")


def without(parameters: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if name not in names}


# The type, the options of S3 to remove, and those to add.
REFUSED: list[tuple[str, tuple[str, ...], dict[str, str]]] = [
    ("s3", tuple(S3), {}),
    ("s3", ("secret_access_key",), {}),
    ("s3", (), {"secret_access_key": ""}),
    ("s3", (), {"secret_access_key": f" {CANARY}"}),
    ("s3", (), {"access_key_id": "AK IA"}),
    ("s3", (), {"region": "eu-west-1a"}),
    ("s3", (), {"provider": "Ceph"}),
    ("s3", (), {"provider": "Minio"}),
    ("azureblob", tuple(S3), {"account": "models", "key": f"{CANARY}!"}),
    ("azureblob", tuple(S3), {"account": "Models", "key": "YQ=="}),
]
# The rules of rclone's options report these.
BROKEN_ADDRESSES: list[tuple[str, tuple[str, ...], dict[str, str]]] = [
    ("s3", (), {"provider": "Minio", "endpoint": "minio:9000"}),
    ("s3", ("provider",), {"endpoint": "minio:9000"}),
    ("s3", (), {"provider": "Minio", "endpoint": "http://minio:9000 "}),
    ("azureblob", tuple(S3), {"account": "models", "sas_url": f"?sv=1&sig={CANARY}"}),
]
ACCEPTED: list[tuple[str, dict[str, str]]] = [
    ("s3", S3),
    ("s3", MINIO),
    ("s3", MINIO | {"region": ""}),
    ("s3", without(MINIO, "provider")),
    ("s3", {"provider": "AWS", "env_auth": "true", "access_key_id": "", "secret_access_key": ""}),
    ("s3", {"provider": "AWS", "env_auth": "false"}),
    ("s3", S3 | {"env_auth": "true"}),
    ("azureblob", AZURE),
    ("azureblob", {"account": "models"}),
    ("azureblob", {"sas_url": "https://models.blob.core.windows.net/?sv=1&sig=x"}),
    ("azureblob", {"connection_string": "AccountName=models;AccountKey=YQ=="}),
    ("azureblob", AZURE | {"env_auth": "true"}),
    ("google cloud storage", {"anonymous": "true"}),
]

FIRING: list[tuple[str, list[Manifest]]] = [
    ("label-missing", [raw({"RCLONE_CONFIG_MODELS_TYPE": "s3"}, labels={})]),
    ("label-missing", [env(labels={"secret-type": "bucket"})]),
    ("label-value", [env(labels=BUCKET | {"seldon-deploy": "True"})]),
    ("label-value", [env(labels=BUCKET | {"secret-type": "Bucket"})]),
    ("label-contradiction", [env(labels=REGISTRY)]),
    ("label-contradiction", [docker(DOCKER) | {"metadata": {"name": "ghcr", "labels": BUCKET}}]),
    (
        "label-contradiction",
        [docker(DOCKER) | {"metadata": {"name": "ghcr", "labels": REGISTRY | PARAMS}}],
    ),
    ("namespace-restricted", [namespace(**{"seldon.restricted": "true"}), env()]),
    ("namespace-restricted", [namespace(), env()]),
    ("format-label-missing", [params(labels=BUCKET)]),
    ("format-label-value", [params(labels=BUCKET | {"bucket-secret-format": "config-param"})]),
    ("format-label", [env(labels=BUCKET | PARAMS)]),
    ("format-label", [params(labels=BUCKET | {"bucket-secret-format": "env_var"})]),
    ("secret-name", [env(name="minio-bucket", remote="minio")]),
    ("secret-name", [params(name="storage")]),
    ("name-of-other-format", [env(name="models-bucket-params")]),
    ("name-of-other-format", [params(name="models-bucket-envvars")]),
    ("remote-name", [params(remote="other", name="models-bucket-params")]),
    ("remote-name", [params(remote="Models")]),
    ("remote-name", [env(remote="other", name="models-bucket-envvars")]),
    ("remote-spelling", [params(remote="Models")]),
    ("remote-spelling", [env(remote="a" * 31)]),
    ("no-content", [raw({})]),
    ("no-content", [docker(DOCKER) | {"data": {}, "type": "Opaque"}]),
    ("not-utf-8", [binary("models-bucket-envvars", "RCLONE_CONFIG_MODELS_TYPE")]),
    ("base64-twice", [text(_twice(JSON_TEXT))]),
    ("base64-twice", [raw({"RCLONE_CONFIG_MODELS_TYPE": _twice("s3\n")})]),
    ("not-for-rclone", [raw({"AWS_ACCESS_KEY_ID": CANARY, "AWS_SECRET_ACCESS_KEY": CANARY})]),
    ("lower-case-key", [raw({"RCLONE_CONFIG_models_type": "s3"})]),
    ("lower-case-key", [raw({"rclone_config_models_type": "s3"})]),
    ("key-shape", [raw({"RCLONE_CONFIG_TYPE": "s3"})]),
    ("foreign-key", [raw({"RCLONE_CONFIG_MODELS_TYPE": "s3", "AWS_REGION": "eu-west-1"})]),
    ("several-remotes", [raw({"RCLONE_CONFIG_A_TYPE": "s3", "RCLONE_CONFIG_B_TYPE": "s3"})]),
    ("underscore-for-dash", [raw({"RCLONE_CONFIG_MY_STORE_TYPE": "s3"}, "my-store-bucket-envvars")]),
    ("type-missing", [raw({"RCLONE_CONFIG_MODELS_PROVIDER": "AWS"})]),
    ("type-missing", [raw({"RCLONE_CONFIG_A_TYPE": "s3", "RCLONE_CONFIG_B_PROVIDER": "AWS"})]),
    ("one-key", [text(YAML_TEXT, more="x")]),
    ("not-json", [text(f"{{{CANARY}")]),
    ("not-json", [text("[]")]),
    ("not-json", [text(CANARY)]),
    ("not-json", [text("name: a: b")]),
    ("not-json", [text(f'{{"name": "{CANARY}', labels=BUCKET, name="storage")]),
    ("value-fields", [text('{"name": "models", "type": "s3", "parameters": null}')]),
    ("value-fields", [text('{"name": "models", "type": "s3"}')]),
    ("value-fields", [text('{"name": "models", "parameters": {"provider": "AWS"}}')]),
    ("value-fields", [text('{"name": "models", "type": "s3", "parameters": []}')]),
    ("not-text", [params(S3 | {"description": {"a": "b"}})]),
    ("not-text", [params({"service_account_credentials": json.loads(KEY)}, type_=GCS)]),
    ("unquoted-parameter", [params(S3 | {"env_auth": False})]),
    ("opt", [with_opt({"noObscure": True})]),
    ("opt", [with_opt({"noobscure": "true"})]),
    ("opt", [with_opt("x")]),
    ("opt", [with_opt({"state": {}})]),
    ("yaml-comment", [text(f"{YAML_TEXT} #9")]),
    ("line-break", [params({"service_account_credentials": KEY_ON_LINES}, type_=GCS)]),
    ("line-break", [params(S3 | {"secret_access_key": f"{CANARY}\n"})]),
    ("line-break", [env(S3 | {"secret_access_key": f"{CANARY}\n"})]),
    ("undeliverable-value", [params(S3 | {"secret_access_key": '"' + CANARY})]),
    ("undeliverable-value", [params({"authorization": CANARY}, type_="sugarsync")]),
    ("undeliverable-value", [params({"satellite_address": "s", "api_key": CANARY}, type_="storj")]),
    ("unknown-backend", [params(type_="s33")]),
    ("type-spelling", [params(type_="S3")]),
    ("type-spelling", [env(GCS_ENV, type_="GCS")]),
    ("s3-endpoint", [params(S3 | {"endpoint": "https://models.s3.eu-west-1.amazonaws.com"})]),
    ("s3-endpoint", [env(S3 | {"provider": "Minio", "endpoint": "http://minio:9000/models"})]),
    ("option-value", [params(S3 | {"endpoint": "http://minio.ns.svc:9000"})]),
    ("newer-rclone", [env({"host": "files"}, type_="doi")]),
    ("newer-rclone", [params({"account": "a", "key": "YQ==", "use_arrow_list": "true"}, type_="azureblob")]),
    ("newer-rclone", [env(S3 | {"override.no_check_certificate": "true"})]),
    ("newer-rclone", [params({"token": "{}", "drive_type": "business"}, type_="onedrive")]),
    ("option-value", [env(SFTP | {"key_pem": rsa_pem()}, type_="sftp")]),
    ("option-value", [params(SFTP | {"host": "sftp.example.com:2222"}, type_="sftp")]),
    ("option-value", [env(DAV | {"url": "dav.example.com"}, type_="webdav")]),
    ("missing-option", [env({"user": "u", "key": CANARY}, type_="swift")]),
    ("unknown-option", [params(S3 | {"override.no_check_certificat": "true"})]),
    ("undeliverable-value", [params({"bucket_policy_only": "true"}, type_=GCS)]),
    ("service-account", [env({"service_account_credentials": "{}"}, type_="drive")]),
    ("parameter-name", [params({"host": "h", "\u017f\u017fh": CANARY}, type_="sftp")]),
    ("parameter-name", [params(S3 | {"acc\u202eess": "x"}, type_="of-no-catalog")]),
    ("parameter-name", [params(S3 | {"a\nb": {}})]),
    ("unknown-option", [params(S3 | {"acces_key_id": "AKIA"})]),
    ("unknown-option", [params(S3 | {"ACCESS_KEY_ID": "AKIA"})]),
    ("missing-option", [params({"user": "me", "vendor": "other"}, type_="webdav")]),
    ("missing-option", [params({}, type_="drive")]),
    ("option-value", [params(S3 | {"env_auth": "no"})]),
    ("unknown-provider", [params(S3 | {"provider": "Amazn"})]),
    ("unknown-provider", [params(S3 | {"provider": CANARY})]),
    ("provider-spelling", [params(S3 | {"provider": "aws"})]),
    ("plain-password", [params(DAV | {"pass": CANARY}, type_="webdav")]),
    *(
        ("refused-value", [write(without(S3, *removed) | added, type_=type_)])
        for type_, removed, added in REFUSED
        for write in (env, params)
    ),
    *(
        ("option-value", [write(without(S3, *removed) | added, type_=type_)])
        for type_, removed, added in BROKEN_ADDRESSES
        for write in (env, params)
    ),
    ("provider-missing", [params(without(S3, "provider"))]),
    ("gcs-anonymous", [env(GCS_ENV, remote="gs", type_=GCS)]),
    ("gcs-anonymous", [params(GCS_ENV | {"anonymous": "true"}, type_=GCS)]),
    ("service-account", [params({"service_account_credentials": KEY[:-9]}, type_=GCS)]),
    ("service-account", [params({"service_account_credentials": _twice(KEY)}, type_=GCS)]),
    (
        "service-account",
        [params({"service_account_credentials": KEY.replace("\\n", "\\\\n")}, type_=GCS)],
    ),
    ("different-formats", [env(), params(S3 | {"secret_access_key": f"{CANARY}2"})]),
    ("different-formats", [params(S3 | {"region": "eu-west-1"}), env()]),
    ("different-formats", [env(), params(S3, type_="b2")]),
    ("registry-type", [docker(DOCKER) | {"type": "Opaque"}]),
    ("registry-key", [docker(DOCKER, "config.json")]),
    ("docker-config", [docker([])]),
    ("docker-config", [docker(f"{{{LOGIN}")]),
    ("docker-helper", [docker({"auths": {"ghcr.io": {}}, "credsStore": "desktop"})]),
    ("docker-helper", [docker({"credHelpers": {"ghcr.io": "gh"}})]),
    ("docker-credentials", [docker({"auths": {"ghcr.io": {}}})]),
    ("docker-credentials", [docker({"auths": {}})]),
    ("docker-credentials", [docker({"auths": {"ghcr.io": {"identitytoken": LOGIN}}})]),
    (
        "docker-credentials",
        [docker({"auths": {"ghcr.io": {"auth": base64.b64encode(f"me:{CANARY}\n".encode()).decode()}}})],
    ),
    ("docker-entry", [docker({"auths": {"https://index.docker.io/v1/": {}, **DOCKER["auths"]}})]),
    ("ignore-without-reason", [ignoring(env(), "secret-name")]),
    ("ignore-without-reason", [ignoring(env(), "secret-name: a legacy name; foreign-key:")]),
    ("ignore-unknown-check", [ignoring(env(), "secret-nam: a legacy name")]),
    ("ignore-unknown-check", [ignoring(env(), "permissions: not ours")]),
]

# The API server would not accept these.
FIRING_IN_MANIFESTS: list[tuple[str, list[Manifest]]] = [
    ("not-a-string", [env(labels=BUCKET | {"seldon-deploy": True})]),
    *(
        ("not-a-string", [env() | {"data": {}, "stringData": {"RCLONE_CONFIG_MODELS_ENV_AUTH": value}}])
        for value in (5, 1.5, False, None)
    ),
    ("not-base64", [env() | {"data": {"RCLONE_CONFIG_MODELS_TYPE": CANARY}}]),
    ("not-base64", [env() | {"data": {"RCLONE_CONFIG_MODELS_TYPE": "YQ"}}]),
]

QUIET: list[tuple[str, list[Manifest]]] = [
    ("label-missing", [env()]),
    ("label-missing", [env(labels=BUCKET | {"seldon-deploy": "yes"})]),
    ("label-value", [env()]),
    ("label-value", [env(labels={})]),
    ("label-contradiction", [env(labels=BUCKET | {"bucket-secret-format": "env_var"})]),
    ("label-contradiction", [docker(DOCKER)]),
    ("namespace-restricted", [namespace(**OPEN), env()]),
    ("format-label-missing", [params()]),
    ("format-label-missing", [env()]),
    ("format-label-value", [params()]),
    ("format-label-value", [params(labels=BUCKET)]),
    ("format-label", [params()]),
    ("format-label", [params(labels=BUCKET)]),
    ("secret-name", [env(), params()]),
    ("secret-name", [env(name="models-bucket-params")]),
    ("name-of-other-format", [env(), params()]),
    ("name-of-other-format", [params(name="storage")]),
    ("remote-name", [params()]),
    ("remote-name", [params(remote="other", name="storage")]),
    ("remote-name", [env(name="minio-bucket", remote="minio")]),
    ("remote-spelling", [params(remote="my-store"), env(remote="a" * 30)]),
    ("no-content", [raw({"RCLONE_CONFIG_MODELS_TYPE": ""})]),
    ("not-utf-8", [env(S3 | {"secret_access_key": "pässwörd"})]),
    ("base64-twice", [params({"service_account_credentials": _twice(KEY)}, type_=GCS)]),
    ("base64-twice", [env(S3 | {"secret_access_key": _twice(CANARY)})]),
    ("not-for-rclone", [env(), params(), text(f"{{{CANARY}", "broken")]),
    (
        "not-for-rclone",
        [raw({"AWS_ACCESS_KEY_ID": CANARY}, labels=BUCKET | {"bucket-secret-format": "env_var"})],
    ),
    ("lower-case-key", [env()]),
    ("key-shape", [env(), raw({"rclone_config_models_type": "s3"}, "lower")]),
    ("foreign-key", [env(), params()]),
    ("several-remotes", [env(), env(remote="other")]),
    ("several-remotes", [raw({"RCLONE_CONFIG_models_TYPE": "s3", "RCLONE_CONFIG_MODELS_PROVIDER": "AWS"})]),
    ("underscore-for-dash", [env(remote="my-store")]),
    ("type-missing", [env()]),
    ("type-missing", [raw({"RCLONE_CONFIG_MY_STORE_TYPE": "s3"}, "my-store-bucket-envvars")]),
    ("one-key", [text(YAML_TEXT), env()]),
    ("not-json", [text(YAML_TEXT, "yaml"), params(), env()]),
    ("not-json", [text(_twice(JSON_TEXT))]),
    ("value-fields", [params(), params({}, "empty")]),
    ("value-fields", [text(YAML_TEXT)]),
    ("not-text", [params(S3 | {"env_auth": False})]),
    ("not-text", [params({"service_account_credentials": KEY}, type_=GCS)]),
    ("unquoted-parameter", [params(), params(S3 | {"region": None})]),
    ("opt", [with_opt({}), with_opt({"state": "x"}), params()]),
    ("unquoted-parameter", [text(f"{YAML_TEXT}\n  env_auth: false")]),
    ("yaml-comment", [text(f"# of ours\n{YAML_TEXT}#9\n  env_auth: 'false' # quoted")]),
    ("line-break", [params({"service_account_credentials": KEY}, type_=GCS)]),
    ("line-break", [env({"service_account_credentials": KEY_ON_LINES}, type_=GCS)]),
    ("undeliverable-value", [env(S3 | {"secret_access_key": '"' + CANARY})]),
    ("undeliverable-value", [env({"authorization": CANARY}, type_="sugarsync")]),
    ("undeliverable-value", [params(S3 | {"secret_access_key": f"{CANARY}\n"})]),
    ("unknown-backend", [params({"anonymous": "true"}, type_="gcs")]),
    ("unknown-backend", [params(type_="S3")]),
    ("type-spelling", [params(), params({"anonymous": "true"}, type_="gcs", remote="other")]),
    ("type-spelling", [params(type_="s33")]),
    ("type-spelling", [env(GCS_ENV, type_="googlecloudstorage")]),
    (
        "newer-rclone",
        [
            env(),
            params(S3 | {"override.no_check_certificate": "true"}),
            env(S3 | {"use_arn_region": "false"}, "default"),
            params({"token": "{}", "drive_type": "personal"}, "drive", "onedrive"),
        ],
    ),
    (
        "s3-endpoint",
        [
            params(S3 | {"endpoint": "https://s3.eu-west-1.amazonaws.com/"}),
            params(S3 | {"endpoint": "https://bucket.vpce-1a2b.s3.us-east-1.vpce.amazonaws.com"}, "vpc"),
        ],
    ),
    (
        "option-value",
        [
            env(SFTP | {"key_pem": rsa_pem().strip().replace("\n", "\\n")}, type_="sftp"),
            params(S3 | {"endpoint": "http://10.0.0.5:9000"}, "ip"),
        ],
    ),
    ("missing-option", [env({"bucket_policy_only": "true"}, type_=GCS)]),
    ("unknown-option", [env(S3 | {"override.no_check_certificate": "true", "global.timeout": "1m"})]),
    ("parameter-name", [params(S3 | {"global.metadata_mapper": "x", "ACCESS_KEY": "y"})]),
    ("unknown-option", [params()]),
    ("unknown-option", [params(S3 | {"acce\u017f\u017f_key": "AKIA"})]),
    ("unknown-option", [params(S3 | {"env_auth": "no"})]),
    ("missing-option", [params(DAV, type_="webdav"), params({"anonymous": "true"}, "public", GCS)]),
    ("option-value", [params(), params(DAV | {"pass": CANARY}, "dav", "webdav")]),
    ("option-value", [params(S3 | {"provider": "Amazn"})]),
    ("option-value", [params(S3 | {"secret_access_key": f"{CANARY}\n"})]),
    ("unknown-provider", [params(), params(S3 | {"provider": "aws"}, "other")]),
    ("provider-spelling", [params(), params(S3 | {"provider": "Amazn"}, "other")]),
    ("plain-password", [params(DAV | {"pass": obscure("webdav", "pass", CANARY)}, type_="webdav")]),
    *(
        ("refused-value", [write(parameters, type_=type_)])
        for type_, parameters in ACCEPTED
        for write in (env, params)
    ),
    ("refused-value", [params(S3 | {"secret_access_key": f"{CANARY}\n"}), params(S3 | {"env_auth": "no"})]),
    ("provider-missing", [params(), params({"host": "h"}, type_="sftp", remote="other")]),
    ("gcs-anonymous", [env(GCS_ENV | {"anonymous": "false"}, remote="gs", type_=GCS)]),
    ("gcs-anonymous", [params(GCS_ENV, remote="gs", type_=GCS)]),
    ("service-account", [params(GCS_ENV, type_=GCS)]),
    ("service-account", [env({"service_account_credentials": KEY_ON_LINES}, type_=GCS)]),
    ("different-formats", [env(), params()]),
    ("different-formats", [env(), params(S3 | {"region": "eu-west-1"}, remote="other")]),
    ("different-formats", [env(GCS_ENV, type_="gcs"), params(GCS_ENV, type_=GCS)]),
    ("registry-type", [docker(DOCKER), env()]),
    ("registry-key", [docker(DOCKER), env()]),
    ("docker-config", [docker(DOCKER), env()]),
    ("docker-config", [docker({"credHelpers": {"ghcr.io": "gh"}})]),
    ("docker-helper", [docker(DOCKER | {"credsStore": "desktop"})]),
    ("docker-helper", [docker({"auths": {}})]),
    ("docker-credentials", [docker(DOCKER)]),
    ("docker-credentials", [docker({"credHelpers": {"ghcr.io": "gh"}})]),
    ("docker-credentials", [docker({"auths": {"docker.io/org1": {}, **DOCKER["auths"]}})]),
    ("docker-entry", [docker(DOCKER), docker({"auths": {"ghcr.io": {}}})]),
    (
        "ignore-without-reason",
        [env(), ignoring(params(), "secret-name: a legacy name; foreign-key: read by us;")],
    ),
    ("ignore-without-reason", [ignoring(env(), "secret-nam")]),
    ("ignore-unknown-check", [ignoring(env(), "secret-name: a legacy name: see; not-probed: no access")]),
    ("ignore-unknown-check", [ignoring(env(), "secret-name")]),
    ("not-a-string", [env(), params()]),
    ("not-base64", [env(), binary("models-bucket-envvars", "RCLONE_CONFIG_MODELS_TYPE")]),
]


def _apart(check: str, manifests: list[Manifest]) -> list[tuple[str, list[Manifest]]]:
    """Manifests of the same name one by one: a namespace has only one of them."""
    names = [each["metadata"]["name"] for each in manifests]
    if len(set(names)) == len(names):
        return [(check, manifests)]
    return [(check, [each]) for each in manifests]


QUIET = [entry for check, manifests in QUIET for entry in _apart(check, manifests)]
