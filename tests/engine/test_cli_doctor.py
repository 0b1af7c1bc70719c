"""`doctor` on a real API server: Secrets in both formats, and users with fewer rights."""

import json
import subprocess
from functools import partial
from typing import Any

from .parts.control_plane import ControlPlane
from .test_cli_list import make, user
from .test_cli_list import run as list_or_doctor

run = partial(list_or_doctor, command="doctor")


def checks(finished: subprocess.CompletedProcess[str]) -> set[str]:
    found: list[dict[str, Any]] = json.loads(finished.stdout)
    return {it["check"] for it in found}


def test_good_secrets_in_a_good_namespace(control_plane: ControlPlane) -> None:
    namespace = control_plane.create_namespace()
    control_plane.core.patch_namespace(namespace, {"metadata": {"labels": {"seldon.restricted": "false"}}})
    for format_ in ("env_var", "config_param"):
        make(control_plane, namespace, "models", format_)
    finished = run(control_plane.kubeconfig, "-n", namespace)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout == "2 examined: 0 errors, 0 warnings\n"


def test_a_bad_secret(control_plane: ControlPlane) -> None:
    namespace = control_plane.create_namespace()
    make(control_plane, namespace, "models", "config_param", labelled=False)
    finished = run(control_plane.kubeconfig, "-n", namespace, "-o", "json")
    assert finished.returncode == 1, finished.stderr
    assert checks(finished) == {"format-label", "label-missing", "namespace-restricted"}


def test_what_a_user_may_not_do(control_plane: ControlPlane) -> None:
    mine, other = (control_plane.create_namespace() for _ in range(2))
    make(control_plane, mine, "models", "env_var")
    finished = run(user(control_plane, mine, mine), "-n", mine, "-n", other, "-o", "json")
    assert finished.returncode == 2
    assert other in finished.stderr
    denied = {it["namespace"]: it["detail"] for it in json.loads(finished.stdout)}
    assert denied == {
        mine: "you may not get, create, patch, delete",
        other: "you may not get, list, create, patch, delete",
    }
