"""The program that `import --to python` prints."""

import subprocess
import sys
from typing import Any

from seldon_secrets_pulumi.adoption.python_program import python_program
from seldon_secrets_pulumi.model.formats import ENV_VAR
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.seldon_labels import FormatLabel
from tests.support.canaries import CANARY
from tests.support.manifests import BUCKET, YAML, secret
from tests.support.planned_adoption import plan_for, s3


def printed(*secrets: Any, label: FormatLabel | None = None) -> str:
    text = python_program(plan_for(*secrets, format_label=label), label or FormatLabel())
    assert CANARY not in text
    compile(text, "program", "exec")
    finished = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout == text
    return text


def test_equal_secrets_in_several_namespaces_are_a_loop() -> None:
    text = printed(s3("team-a"), s3("team-b"))
    assert 'for namespace in (\n    "team-a",\n    "team-b",\n):\n    S3BucketSecret(\n' in text
    assert '        f"{namespace}-models",\n' in text
    assert '            "namespace": namespace,\n' in text
    assert '"secret_access_key": config.require_secret("modelsSecretAccessKey"),' in text
    assert "#   pulumi config set --secret modelsSecretAccessKey\n" in text


def test_two_credentials_never_share_a_setting() -> None:
    text = printed(s3("team-a"), s3("team-b", secret_access_key="another"))
    lines = text.splitlines()
    names = [line.split()[-1] for line in lines if line.startswith("#   pulumi config set --secret ")]
    assert names == ["modelsSecretAccessKey", "teamBModelsSecretAccessKey"]


def test_a_raw_entry_is_a_secret_with_its_labels() -> None:
    label = FormatLabel("format", "env-var", "config-param")
    long = "a-name-that-goes-on-and-on-until-the-line-is-too-long"
    text = printed(
        secret("sheets", YAML, labels=BUCKET | {"team": "x"}, annotations={"by": 'a "quote"'}),
        secret(long, {"RCLONE_CONFIG_X_TYPE": "s3", "RCLONE_CONFIG_X_SECRET_ACCESS_KEY": CANARY}),
        label=label,
    )
    assert "from pulumi_kubernetes.core.v1 import Secret\n" in text
    assert '"format": "config-param",' in text
    assert "#   pulumi config set seldon-secrets:formatLabelKey format\n" in text
    assert '"by": \'a "quote"\',' in text


def test_every_kind_of_entry_has_its_component() -> None:
    webdav = Remote("files", "webdav", {"url": "https://x", "vendor": "other", "bearer_token": CANARY})
    login = {".dockerconfigjson": '{"auths":{"ghcr.io":{"auth":"Ym90OnB3"}}}'}
    registry = secret("ghcr", login, labels={"secret-type": "registry"})
    text = printed(
        secret("files-bucket-envvars", ENV_VAR.write(webdav)),
        secret("own-bucket-envvars", {"TOKEN": CANARY}, labels=BUCKET),
        registry | {"type": "kubernetes.io/dockerconfigjson"},
    )
    assert (
        "from seldon_secrets_pulumi import (\n"
        "    InitializerBucketSecret,\n"
        "    RcloneBucketSecret,\n"
        "    RegistrySecret,\n)\n"
    ) in text
    assert '"type": "webdav",' in text
    assert '"secret_name": "ghcr",' in text


def test_the_program_tells_how_to_remove_the_copies_that_kubectl_keeps() -> None:
    manifest = s3()
    manifest["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": CANARY}
    command = "#   kubectl annotate secret --namespace team models-bucket-envvars"
    assert f"{command} kubectl.kubernetes.io/last-applied-configuration-\n" in printed(manifest)
    assert "kubectl annotate" not in printed(s3())
