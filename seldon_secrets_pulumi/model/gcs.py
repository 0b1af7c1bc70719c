"""Google Cloud Storage: a service account's key file → rclone options."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.declaration import is_one
from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.rclone.google_key_file import compact_key_file

# The options of rclone that log in without an argument of their own.
_OTHER_LOGINS = ("access_token", "client_credentials", "service_account_file", "token")


def _digits(number: Any) -> Any:
    # A number without quotes arrives as an int from YAML, and as a float from Pulumi's wire format.
    if isinstance(number, int | float) and not isinstance(number, bool) and number == int(number):
        return str(int(number))
    return number


def _project_number(number: str) -> str:
    if not re.fullmatch(r"\d+", number):
        raise ValueError(
            "must be the number of the project, not its ID; get it with"
            " `gcloud projects describe ID --format='value(projectNumber)'`"
        )
    return number


class GcsBucket(RcloneBucket):
    """The arguments of `GcsBucketSecret`."""

    rclone_type: ClassVar[str] = "google cloud storage"
    options: ClassVar[Mapping[str, str]] = {
        "credentials": "service_account_credentials",
        "anonymous": "anonymous",
        "env_auth": "env_auth",
        "project_number": "project_number",
        "bucket_policy_only": "bucket_policy_only",
    }

    credentials: Annotated[str, AfterValidator(compact_key_file)] | None = None
    env_auth: bool | None = None
    # Always written: Core 1's image presets `anonymous` to true for a remote called `gs`, and rclone prefers it to
    # credentials (seldon-core, Dockerfile of the rclone storage initializer).
    anonymous: bool = False
    project_number: Annotated[str, BeforeValidator(_digits), AfterValidator(_project_number)] | None = None
    bucket_policy_only: bool | None = None

    def conflicts(self) -> Iterator[Problem]:
        yield from super().conflicts()
        logins = ("credentials", "anonymous", "env_auth")
        if not is_one([*map(self.is_set, logins), self.has_parameter(*_OTHER_LOGINS)]):
            # With none of them, rclone starts an OAuth login on the server and waits for it.
            rule = "exactly one of {}, {}: true and {}: true is required, or another login in {}"
            yield Problem("", rule, (*logins, "parameters"), "conflict")
