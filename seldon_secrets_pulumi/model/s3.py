"""S3 and what speaks its language: credentials → rclone parameters."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.field_types import Endpoint, OneWord
from seldon_secrets_pulumi.problem import Problem, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import backend

_PROVIDERS = "they are listed at https://rclone.org/s3/#s3-provider"
# AWS names its regions so (us-east-1, us-gov-west-1, us-isob-east-1); a letter more is an availability zone.
_AWS_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")


def _provider(name: str) -> str:
    # rclone compares the name as it is spelt; Seldon's own examples say `aws` and `minio`, which it does not know
    # (rclone `s3.go`, setQuirks).
    spellings = {choice.lower(): choice for choice in backend("s3").choices("provider")}
    if name.lower() not in spellings:
        raise ValueError(
            f"must be an S3 provider that rclone knows; {did_you_mean(name, spellings.values()) or _PROVIDERS}"
        )
    return spellings[name.lower()]


def _region(region: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", region):
        raise ValueError("must be a region's name, such as us-east-1")
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
        for argument in ("access_key_id", "secret_access_key", "session_token"):
            given = getattr(self, argument) is not None
            if self.env_auth and given:
                # rclone looks at its environment only when both keys are empty.
                yield Problem(argument, "must not be given when env_auth is true")
            elif not (self.env_auth or given) and argument != "session_token":
                yield Problem(argument, "is required unless env_auth is true")
        if self.provider == "AWS" and self.region and not _AWS_REGION.fullmatch(self.region):
            yield Problem("region", f"must be an AWS region; {self._nearest_region()}")
        if self.provider != "AWS" and not self.endpoint:
            # rclone falls back to s3.amazonaws.com (rclone `s3.go`, s3Connection).
            yield Problem(
                "endpoint", f"is required for provider {self.provider}: without it the keys are sent to AWS"
            )

    def _nearest_region(self) -> str:
        known = backend("s3").choices("region", provider="AWS")
        return did_you_mean(self.region or "", known) or "one looks like us-east-1"
