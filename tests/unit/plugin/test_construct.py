"""Inputs of every kind over the wire, and the answers of the plugin."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import alias_pb2

from tests.support.canaries import CANARY
from tests.support.fake_engine import FakeEngine, Invalid, Plugin
from tests.support.pulumi_wire import COMPUTED, SIGNATURE, UNKNOWN, output, secret

S3 = {"remote": "models", "namespace": "team", "accessKeyId": "AKIACANARY", "secretAccessKey": CANARY}


def test_a_plain_declaration(plugin: Plugin, engine: FakeEngine) -> None:
    state = plugin.construct(engine, "S3BucketSecret", "models", S3)
    assert state["uriPrefix"] == "models://"
    assert state["envVarSecretName"] == "models-bucket-envvars"
    assert state["envFrom"] == {"secretRef": {"name": "models-bucket-envvars"}}
    assert state["checksum"]["value"]
    secrets = engine.secrets()
    assert sorted(secrets) == ["models-bucket-envvars", "models-bucket-params"]
    assert secrets["models-bucket-envvars"]["metadata"]["annotations"] == {
        "pulumi.com/patchFieldManager": "seldon-secrets/project/dev",
        "seldon-secrets.pulumi/stack": "project/dev",
    }
    fixed = ['metadata.annotations["pulumi.com/patchFieldManager"]']
    assert [list(request.ignoreChanges) for request in engine.registered[1:]] == [fixed, fixed]
    data = secrets["models-bucket-envvars"]["data"]
    assert data[SIGNATURE] == secret("")[SIGNATURE]
    key = data["value"]["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"]
    assert base64.b64decode(key).decode() == CANARY


@pytest.mark.parametrize(
    "inputs",
    [
        S3 | {"secretAccessKey": secret(CANARY)},
        S3 | {"secretAccessKey": output(CANARY, is_secret=True)},
        S3 | {"namespace": output("team"), "remote": output("models")},
        S3 | {"labels": output({"team": "a"}), "parameters": {"storage_class": output("STANDARD")}},
        S3 | {"labels": {"team": output("a")}, "parameters": secret({"storage_class": "STANDARD"})},
        S3 | {"envAuth": False, "formats": ["env_var", "config_param"]},
    ],
)
def test_wrapped_values_arrive(plugin: Plugin, engine: FakeEngine, inputs: dict[str, Any]) -> None:
    plugin.construct(engine, "S3BucketSecret", "models", inputs)
    found = engine.secrets()["models-bucket-envvars"]
    data = {key: base64.b64decode(value).decode() for key, value in found["data"]["value"].items()}
    assert data["RCLONE_CONFIG_MODELS_SECRET_ACCESS_KEY"] == CANARY
    if "parameters" in inputs:
        assert data["RCLONE_CONFIG_MODELS_STORAGE_CLASS"] == "STANDARD"
        assert found["metadata"]["labels"]["team"] == "a"


@pytest.mark.parametrize("unknown", [UNKNOWN, COMPUTED])
def test_an_unknown_credential_hides_nothing_else(plugin: Plugin, engine: FakeEngine, unknown: Any) -> None:
    plugin.construct(engine, "S3BucketSecret", "models", S3 | {"secretAccessKey": unknown}, dryRun=True)
    assert sorted(engine.secrets()) == ["models-bucket-envvars", "models-bucket-params"]


@pytest.mark.parametrize(
    ("inputs", "paths"),
    [
        # A space where the engine would else print the value beside the path.
        (S3 | {"acessKeyId": CANARY}, {"acessKeyId ": "is not an argument; did you mean accessKeyId?"}),
        (S3 | {"access_key_id": CANARY}, {"access_key_id ": "is not an argument; did you mean accessKeyId"}),
        # Every kind of problem at once, without follow-up problems of the misspelled key and the broken endpoint.
        (
            {"remote": "models", "acessKeyId": CANARY, "provider": "Minio", "endpoint": "minio:9000"}
            | {"parameters": {"regoin": CANARY}, "formats": [secret("env_var")]},
            {
                "acessKeyId ": "did you mean accessKeyId",
                "namespace": "is required",
                "endpoint": "must start with https://",
                "formats ": "must be a plain list",
                "parameters.regoin ": "is not an option of s3",
                "secretAccessKey": "is required unless envAuth or anonymous is true",
            },
        ),
        (
            {"remote": "models", "namespace": "team"},
            {
                "accessKeyId": "is required unless envAuth or anonymous is true",
                "secretAccessKey": "is required unless envAuth or anonymous is true",
            },
        ),
        (S3 | {"remote": "My_Models"}, {"remote": "for example 'my-models'"}),
        (S3 | {"secretAccessKey": f"{CANARY}\n"}, {"secretAccessKey ": "must not contain spaces"}),
        (S3 | {"secretAccessKey": secret(f"{CANARY} ")}, {"secretAccessKey ": "must not contain spaces"}),
        (S3 | {"region": ["x"]}, {"region ": "must be a string"}),
        (S3 | {"formats": ["envvar"]}, {"formats ": "did you mean env_var?"}),
        (S3 | {"formats": output(["env_var"], is_secret=True)}, {"formats ": "must be a plain list"}),
        (S3 | {"formats": ["env_var", output("config_param")]}, {"formats ": "must be a plain list"}),
        (S3 | {"formats": [secret("env_var")]}, {"formats ": "must be a plain list"}),
        (S3 | {"formats": [UNKNOWN]}, {"formats ": "must be a plain list"}),
        (S3 | {"formats": [COMPUTED]}, {"formats ": "must be a plain list"}),
        (
            S3 | {"parameters": {"secret_access_key": CANARY}},
            {"parameters.secret_access_key ": "use the argument secretAccessKey instead"},
        ),
        (
            {"accessKeyId": "AKIA", "secretAccessKey": "x"},
            {"remote": "is required", "namespace": "is required"},
        ),
    ],
)
def test_problems_are_told_on_the_callers_path(
    plugin: Plugin, engine: FakeEngine, inputs: dict[str, Any], paths: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as told:
        plugin.construct(engine, "S3BucketSecret", "models", inputs)
    assert told.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert told.value.paths.keys() == paths.keys()
    for path, rule in paths.items():
        assert rule in told.value.paths[path]
    assert "Traceback" not in told.value.text
    assert ".py" not in told.value.text
    assert CANARY not in told.value.text
    assert engine.secrets() == {}


def test_a_problem_of_the_whole_declaration_has_no_path(plugin: Plugin, engine: FakeEngine) -> None:
    with pytest.raises(Invalid) as told:
        plugin.construct(engine, "GcsBucketSecret", "models", {"remote": "models", "namespace": "team"})
    assert told.value.paths == {}
    assert told.value.message == (
        "exactly one of credentials, anonymous: true and envAuth: true is required, or another login in parameters"
    )


def test_stack_config_of_the_calling_project(plugin: Plugin, engine: FakeEngine) -> None:
    config = {"kubernetes:enableSecretMutable": "true", "seldon-secrets:formatLabelKey": "my-format"}
    plugin.construct(engine, "S3BucketSecret", "models", S3, config=config)
    for found in engine.secrets().values():
        assert found["metadata"]["labels"]["my-format"] in {"env_var", "config_param"}


def test_many_at_once_are_kept_apart(plugin: Plugin, engines: Any) -> None:
    first, second = engines(), engines()

    def construct(number: int) -> Any:
        engine, remote = (first, second)[number % 2], f"r{number // 2}"
        inputs = S3 | {"remote": remote, "secretAccessKey": f"key{number}"}
        return plugin.construct(engine, "S3BucketSecret", remote, inputs)["remote"]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(construct, range(200))) == [f"r{number // 2}" for number in range(200)]
    for parity, engine in enumerate((first, second)):
        secrets = engine.secrets()
        assert len(secrets) == 200
        for number in range(parity, 200, 2):
            name = f"r{number // 2}"
            data = secrets[f"{name}-bucket-envvars"]["data"]["value"]
            key = data[f"RCLONE_CONFIG_{name}_SECRET_ACCESS_KEY".upper()]
            assert base64.b64decode(key).decode() == f"key{number}"


@pytest.mark.parametrize("provider", [False, True])
def test_one_secret_twice_in_a_deployment_is_refused(plugin: Plugin, engines: Any, provider: bool) -> None:
    reference = "urn:pulumi:dev::project::pulumi:providers:kubernetes::cluster::some-id"
    request = {"providers": {"kubernetes": reference}} if provider else {}
    engine = engines()
    plugin.construct(engine, "S3BucketSecret", "first", S3, **request)
    with pytest.raises(Invalid) as told:
        plugin.construct(engine, "S3BucketSecret", "second", S3, **request)
    assert (
        'S3BucketSecret "first" already declares the Secret team/models-bucket-' in told.value.paths["remote"]
    )
    # Another cluster, and another deployment.
    plugin.construct(engine, "S3BucketSecret", "third", S3, providers={"kubernetes": f"{reference}2"})
    plugin.construct(engines(), "S3BucketSecret", "first", S3, **request)


def test_options_of_the_caller_reach_the_secrets(plugin: Plugin, engine: FakeEngine) -> None:
    reference = "urn:pulumi:dev::project::pulumi:providers:kubernetes::cluster::some-id"
    plugin.construct(
        engine,
        "S3BucketSecret",
        "models",
        S3,
        protect=True,
        retainOnDelete=True,
        dependencies=[f"{STACK_RESOURCE}first"],
        providers={"kubernetes": reference},
        aliases=[alias_pb2.Alias(spec=alias_pb2.Alias.Spec(name="before"))],
    )
    component, *secrets = engine.registered
    assert component.protect
    # From here the engine works out those of the Secrets.
    assert [it.spec.name for it in component.aliases] == ["before"]
    for registered in secrets:
        assert registered.protect
        assert registered.retainOnDelete
        assert registered.provider == reference
        assert f"{STACK_RESOURCE}first" in registered.dependencies


STACK_RESOURCE = "urn:pulumi:dev::project::random:index/randomPet:RandomPet::"


def test_outputs_depend_on_the_secrets_that_they_name(plugin: Plugin, engine: FakeEngine) -> None:
    plugin.construct(engine, "S3BucketSecret", "models", S3)
    both = {"models-bucket-envvars", "models-bucket-params"}
    assert {output: names for output, names in plugin.dependencies.items() if names} == {
        "uriPrefix": both,
        "envVarSecretName": {"models-bucket-envvars"},
        "configParamSecretName": {"models-bucket-params"},
        "envFrom": {"models-bucket-envvars"},
    }
    login = {
        "secretName": "ghcr",
        "namespace": "team",
        "server": "ghcr.io",
        "username": "b",
        "password": CANARY,
    }
    state = plugin.construct(engine, "RegistrySecret", "ghcr", login)
    assert state["imagePullSecret"] == {"name": "ghcr"}
    assert plugin.dependencies["secretName"] == plugin.dependencies["imagePullSecret"] == {"ghcr"}


@pytest.mark.parametrize("reloader", [True, output(True)])
def test_reloader_is_an_input_of_every_language(plugin: Plugin, engine: FakeEngine, reloader: Any) -> None:
    plugin.construct(engine, "S3BucketSecret", "models", S3 | {"reloader": reloader})
    annotations = engine.secrets()["models-bucket-envvars"]["metadata"]["annotations"]
    assert annotations["reloader.stakater.com/match"] == "true"
