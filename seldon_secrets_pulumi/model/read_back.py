"""A live remote read back into its typed declaration, so that `doctor` applies the rules of the components."""

from collections.abc import Mapping
from typing import Any

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.declaration import is_boolean
from seldon_secrets_pulumi.model.kinds import bucket_kind
from seldon_secrets_pulumi.model.remote import Remote
from seldon_secrets_pulumi.model.s3 import S3Bucket
from seldon_secrets_pulumi.problem import InvalidArguments, Problem
from seldon_secrets_pulumi.rclone.catalog import backend

# Go's strconv.ParseBool.
_BOOLEANS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}
_S3_KEYS = ("access_key_id", "secret_access_key")
# A key file has checks of its own, which say more about it.
_CHECKED_ELSEWHERE = frozenset({"service_account_credentials"})
_ENDPOINT_ONLY = "Other"
"""The provider whose rules hold for any S3 server."""


def typed_problems(remote: Remote) -> list[Problem]:
    """The rules of the remote's typed declaration that a consumer insists on. Paths are names of options.

    Rules about several logins at once are left out, because rclone then uses the first in an order of its own, and so are
    rules about further parameters, which every declaration shares. Raises `InvalidArguments` if there is no such backend.
    """
    model = bucket_kind(backend(remote.type).name).model
    if not (issubclass(model, RcloneBucket) and model.options):
        return []
    arguments = {option: argument for argument, option in model.options.items()}
    read = arguments.keys() - _CHECKED_ELSEWHERE
    options = {option: text for option, text in remote.parameters.items() if text and option in read}
    values: dict[str, Any] = {arguments[option]: text for option, text in options.items()}
    for argument in [name for name in values if is_boolean(model.model_fields[name])]:
        # The rules of rclone report a value that is neither true nor false.
        values[argument] = _BOOLEANS.get(values[argument])
    if model is S3Bucket:
        values["provider"] = _s3_provider(options)
    try:
        model.parse({**values, "remote": "any", "namespace": "any", "formats": ["env_var"]})
    except InvalidArguments as invalid:
        return [
            Problem(model.options[problem.argument], problem.template, problem.names, problem.code)
            for problem in invalid.problems
            if problem.argument in model.options and _holds(problem, model, remote.parameters)
        ]
    return []


def _s3_provider(options: Mapping[str, str]) -> str:
    """The provider, or the one whose rules hold when rclone does not know it."""
    provider = options.get("provider", "")
    known = {choice.lower(): choice for choice in backend("s3").choices("provider")}
    return known.get(provider.lower()) or (_ENDPOINT_ONLY if "endpoint" in options else "AWS")


def _holds(problem: Problem, model: type[RcloneBucket], parameters: Mapping[str, str]) -> bool:
    if problem.code == "value":
        return True
    if problem.code != "required" or model is not S3Bucket:
        return False
    # Without keys, `env_auth: false` is the declaration of a public bucket.
    is_public = "env_auth" in parameters and not any(parameters.get(name) for name in _S3_KEYS)
    return not (is_public and problem.argument in _S3_KEYS)
