"""S3 and compatible servers: credentials → rclone options."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.field_types import Endpoint, OneWord
from seldon_secrets_pulumi.problem import Problem, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import backend

_PROVIDERS = "see the list at https://rclone.org/s3/#s3-provider"
# The form of AWS's region names (us-east-1, us-gov-west-1, us-isob-east-1). With one more letter it is a zone.
_AWS_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")


def _provider(name: str) -> str:
    # rclone compares names case-sensitively. Seldon's own examples say `aws` and `minio`, which rclone does not know
    # (rclone `s3.go`, setQuirks).
    spellings = {choice.lower(): choice for choice in backend("s3").choices("provider")}
    if name.lower() not in spellings:
        raise ValueError(
            f"must be an S3 provider that rclone knows; {did_you_mean(name, spellings.values()) or _PROVIDERS}"
        )
    return spellings[name.lower()]


def _region(region: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", region):
        raise ValueError("must be the name of a region, such as us-east-1")
    return region


class S3Bucket(RcloneBucket):
    """The arguments of `S3BucketSecret`."""

    rclone_type: ClassVar[str] = "s3"
    options: ClassVar[Mapping[str, str]] = {
        name: name
        for name in (
            "provider",
            "env_auth",
            "access_key_id",
            "secret_access_key",
            "session_token",
            "region",
            "endpoint",
        )
    }

    access_key_id: OneWord | None = None
    secret_access_key: OneWord | None = None
    session_token: OneWord | None = None
    region: Annotated[str, AfterValidator(_region)] | None = None
    endpoint: Endpoint | None = None
    provider: Annotated[str, AfterValidator(_provider)] = "AWS"
    env_auth: bool = False

    def conflicts(self) -> Iterator[Problem]:
        yield from super().conflicts()
        env_auth = self.is_set("env_auth")
        for argument in ("access_key_id", "secret_access_key", "session_token"):
            is_set = self.is_set(argument)
            if env_auth and is_set:
                # rclone looks at its environment only when both keys are empty.
                yield Problem(argument, "must not be set when {} is true", ("env_auth",), "conflict")
            elif env_auth is False and is_set is False and argument != "session_token":
                yield Problem(argument, "is required unless {} is true", ("env_auth",), "required")
        if self.is_settled("provider"):
            yield from self._provider_conflicts()

    def _provider_conflicts(self) -> Iterator[Problem]:
        if self.provider != "AWS" and self.is_set("endpoint") is False:
            # rclone falls back to s3.amazonaws.com (rclone `s3.go`, s3Connection).
            rule = f"is required for provider {self.provider}: without it, rclone sends the keys to AWS"
            yield Problem("endpoint", rule, code="required")
        if self.provider == "AWS" and self.region and not _AWS_REGION.fullmatch(self.region):
            yield Problem("region", f"must be an AWS region; {self._nearest_region()}")

    def _nearest_region(self) -> str:
        regions = backend("s3").choices("region", provider="AWS")
        return did_you_mean(self.region or "", regions) or "such as us-east-1"
