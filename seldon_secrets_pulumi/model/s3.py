"""S3 and compatible servers: credentials → rclone options."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from seldon_secrets_pulumi.model.bucket import RcloneBucket
from seldon_secrets_pulumi.model.field_types import Endpoint, OneWord
from seldon_secrets_pulumi.problem import Problem, did_you_mean
from seldon_secrets_pulumi.rclone.catalog import backend
from seldon_secrets_pulumi.rclone.s3_endpoint import is_aws_endpoint

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
    # Ceph reads a placement target after a colon, `:default-placement` (docs.ceph.com, "Pool Placement").
    if re.search(r"[\s\x00-\x1f\x7f]", region):
        raise ValueError("must be the name of a region, such as us-east-1, without spaces")
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
    anonymous: bool = False
    """Not an option of rclone, which connects anonymously if it has neither keys nor `env_auth`."""

    def conflicts(self) -> Iterator[Problem]:
        yield from super().conflicts()
        yield from self._login_conflicts()
        if self._lacks_provider:
            rule = (
                "is required with an endpoint that is not AWS's: for AWS, the default, rclone puts the bucket's name in"
                " front of the host"
            )
            yield Problem("provider", rule, code="required")
        elif self.is_settled("provider"):
            yield from self._provider_conflicts()

    def _login_conflicts(self) -> Iterator[Problem]:
        without_keys = {name: self.is_set(name) for name in ("env_auth", "anonymous")}
        # rclone exchanges an API key of IBM's for a token (backend/s3/ibm_signer.go).
        needs_keys = not any(
            (is_set is not False) for is_set in (*without_keys.values(), self._has_api_key())
        )
        for argument in ("access_key_id", "secret_access_key", "session_token"):
            is_set = self.is_set(argument)
            other = next((name for name, is_on in without_keys.items() if is_on), None)
            if other and is_set:
                # rclone looks at its environment, or connects anonymously, only when both keys are empty.
                yield Problem(argument, "must not be set when {} is true", (other,), "conflict")
            elif needs_keys and is_set is False and argument != "session_token":
                names = ("env_auth", "anonymous")
                yield Problem(argument, "is required unless {} or {} is true", names, "required")
        if all(without_keys.values()):
            yield Problem("anonymous", "must not be true when {} is true", ("env_auth",), "conflict")

    def _has_api_key(self) -> bool | None:
        return self.has_parameter("ibm_api_key")

    @property
    def _lacks_provider(self) -> bool:
        """Whether the provider is not given, and the endpoint contradicts the default."""
        is_default = "provider" not in self.model_fields_set and self.is_settled("provider")
        has_endpoint = self.is_settled("endpoint") and self.endpoint is not None
        return is_default and has_endpoint and not is_aws_endpoint(self.endpoint or "")

    def _unsettled_options(self) -> set[str]:
        return super()._unsettled_options() | ({"provider"} if self._lacks_provider else set())

    def _provider_conflicts(self) -> Iterator[Problem]:
        if self.provider != "AWS":
            if self.is_set("endpoint") is False:
                # rclone falls back to s3.amazonaws.com (rclone `s3.go`, s3Connection).
                rule = f"is required for provider {self.provider}: without it, rclone sends the keys to AWS"
                yield Problem("endpoint", rule, code="required")
        elif self.region and not _AWS_REGION.fullmatch(self.region):
            yield Problem("region", f"must be an AWS region; {self._nearest_region()}")

    def _nearest_region(self) -> str:
        regions = backend("s3").choices("region", provider="AWS")
        return did_you_mean(self.region or "", regions) or "such as us-east-1"
