"""`doctor --probe`: what it leaves alone, what it says, and its options. tests/integration has it talk to servers."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seldon_secrets_pulumi.doctor.check import Rule
from seldon_secrets_pulumi.doctor.probe import PROBE_DENIED, PROBE_FAILED, PROBES, _reason
from tests.support.canaries import CANARY
from tests.support.manifests import Manifests, secret
from tests.support.wrong_secrets import Manifest, env, params, text


@pytest.fixture(autouse=True)
def _rclone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.prefix, "bin")))


def probed(manifests: Manifests, *given: Manifest, options: tuple[str, ...] = ()) -> dict[str, str]:
    """The details by check, of probes only."""
    result = manifests.run("doctor", *given, options=("-o", "json", "--probe", *options))
    assert result.exit_code in (0, 1), result.output
    ids = {rule.id for rule in PROBES}
    return {it["check"]: it["detail"] for it in json.loads(result.stdout) if it["check"] in ids}


@pytest.mark.parametrize("write", [env, params])
@pytest.mark.parametrize(
    ("type_", "parameters", "detail"),
    [
        ("sftp", {"host": "127.0.0.1", "ssh": "PROGRAM"}, "it sets ssh"),
        (
            "webdav",
            {"url": "http://127.0.0.1:1", "bearer_token_command": "PROGRAM"},
            "it sets bearer_token_command",
        ),
        ("sftp", {"host": "127.0.0.1", "SSH": "PROGRAM"}, "it sets ssh"),
        ("sftp", {"host": "127.0.0.1", "key_file": "/root/.ssh/id_rsa"}, "it sets key_file"),
        ("s3", {"provider": "AWS", "env_auth": "true"}, "it sets env_auth"),
        (
            "s3",
            {"provider": "AWS", "global.metadata_mapper": "PROGRAM"},
            "it sets global.metadata_mapper",
        ),
        ("local", {}, "it points to files of this machine"),
        (
            "crypt",
            {"remote": ":sftp,host=127.0.0.1,ssh=PROGRAM:", "password": "x"},
            "it sets remote",
        ),
        ("alias", {"remote": "/etc"}, "it sets remote"),
    ],
)
def test_nothing_of_this_machine_takes_part(  # noqa: PLR0913, PLR0917 - a table
    manifests: Manifests,
    tmp_path_factory: pytest.TempPathFactory,
    write: Callable[..., Manifest],
    type_: str,
    parameters: dict[str, str],
    detail: str,
) -> None:
    trace = tmp_path_factory.mktemp("program") / "it-ran"
    given = {name: value.replace("PROGRAM", f"/bin/touch {trace}") for name, value in parameters.items()}
    assert probed(manifests, write(given, type_=type_)) == {"not-probed": detail}
    assert not trace.exists()


def test_a_name_that_would_be_a_connection_string(manifests: Manifests) -> None:
    given = secret("models", {"RCLONE_CONFIG_:SFTP,SSH=X:_TYPE": "sftp"})
    assert probed(manifests, given) == {"not-probed": "its remote's name is none"}


def test_what_no_environment_can_hold(manifests: Manifests) -> None:
    given = params({"provider": "AWS", "access_key_id": "a", "secret_access_key": "a\0b"})
    assert probed(manifests, given) == {"not-probed": "a value can't be an environment variable"}


def test_what_other_checks_report_is_not_probed(manifests: Manifests) -> None:
    assert probed(manifests, text("{"), secret("own", {"TOKEN": CANARY})) == {}


@pytest.mark.parametrize(
    ("printed", "rule", "reason"),
    [
        ("api error InvalidAccessKeyId: The", PROBE_FAILED, "does not know the access key"),
        ("StatusCode: 403, api error SignatureDoesNotMatch", PROBE_FAILED, "the secret key is wrong"),
        ("StatusCode: 403, api error AccessDenied: Access Denied", PROBE_DENIED, "access denied"),
        ("couldn't list files: Unauthorized: 401 Unauthorized", PROBE_FAILED, "does not accept"),
        (
            "RESPONSE 403: 403 Server failed\nERROR CODE: AuthenticationFailed",
            PROBE_FAILED,
            "does not accept",
        ),
        ("tls: failed to verify certificate: x509: certificate signed by", PROBE_FAILED, "certificate"),
        (f"dial tcp: lookup {CANARY}: no such host", PROBE_FAILED, "name is not known"),
        (f':s3,secret_access_key="{CANARY}": something new', PROBE_FAILED, "rclone ended with code 7"),
        ("http://127.0.0.1:401/403", PROBE_FAILED, "rclone ended with code 7"),
    ],
)
def test_reasons(printed: str, rule: Rule, reason: str) -> None:
    found, detail = _reason(printed, 7)
    assert found is rule
    assert reason in detail
    assert CANARY not in detail


def test_without_rclone(manifests: Manifests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    result = manifests.run("doctor", env(), options=("--probe",))
    assert result.exit_code == 2
    assert result.stderr == "seldon-secrets: --probe needs rclone on PATH (https://rclone.org/install)\n"
    assert manifests.run("doctor", env()).exit_code == 0


@pytest.mark.parametrize("option", ["--probe-path=models", "--probe-path==bucket", "--probe-timeout=0"])
def test_options_that_are_wrong(manifests: Manifests, option: str) -> None:
    assert manifests.run("doctor", env(), options=("--probe", option)).exit_code == 2
