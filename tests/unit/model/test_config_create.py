"""A declaration is refused in the format whose reader could not take it, and only there."""

from typing import Any

import pytest

from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.problem import InvalidArguments

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sugarsync", {"authorization": "canary"}, "refresh_token"),
    ("seafile", {"url": "https://s", "user": "u", "pass": "canary", "2fa": True}, "2fa"),
    ("storj", {"satellite_address": "s", "api_key": "canary"}, "api_key"),
]


def parse(backend_type: str, parameters: dict[str, Any], formats: list[str]) -> None:
    AnyBackendBucket.parse(
        {
            "remote": "models",
            "namespace": "team",
            "type": backend_type,
            "parameters": parameters,
            "formats": formats,
        }
    )


@pytest.mark.parametrize(("backend_type", "parameters", "option"), REFUSED)
def test_options_that_config_create_cannot_take_are_refused(
    backend_type: str, parameters: dict[str, Any], option: str
) -> None:
    parse(backend_type, parameters, ["env_var"])
    with pytest.raises(InvalidArguments) as invalid:
        parse(backend_type, parameters, ["env_var", "config_param"])
    problems = {problem.option: problem.rule for problem in invalid.value.problems}
    assert problems[option].endswith("(format config_param)")
    assert "canary" not in str(invalid.value)
