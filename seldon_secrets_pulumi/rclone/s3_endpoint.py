"""What the endpoint of an S3 remote must be for its provider."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from seldon_secrets_pulumi.problem import Problem

# The DNS suffixes of AWS's partitions (aws-sdk-go-v2, internal/endpoints/awsrulesfn/partitions.json).
_AWS_SUFFIXES = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".api.aws",
    ".api.amazonwebservices.com.cn",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".csp.hci.ic.gov",
    ".cloud.adc-e.uk",
)
# A bucket in front of the host of the service: `models.s3.eu-west-1.amazonaws.com`. The host of a VPC's endpoint starts
# with `bucket.vpce-…` (AWS, "Access AWS services using interface VPC endpoints").
_SERVICE_WITHIN_HOST = re.compile(r"\.s3[.-]")
_VPC_ENDPOINT = re.compile(r"(?:accesspoint|bucket|control)\.vpce-")


def is_aws_endpoint(endpoint: str) -> bool:
    """Whether the host of an endpoint, with or without a scheme, is one of AWS's."""
    return f".{_host(endpoint)}".endswith(_AWS_SUFFIXES)


def endpoint_problems(options: Mapping[str, str]) -> Iterator[Problem]:
    """The problem that provider AWS has an endpoint of somebody else.

    rclone puts the bucket in front of the host then (backend/s3/s3.go, setQuirks), where only AWS answers. It can't do
    that with an IP address.
    """
    endpoint = options.get("endpoint", "")
    if options.get("provider") != "AWS" or not endpoint or is_aws_endpoint(endpoint) or _is_ip(endpoint):
        return
    rule = (
        "must be an endpoint of AWS for provider AWS, because rclone puts the bucket's name in front of the host;"
        " for another server, set {} to its provider, such as Minio, Ceph or Other"
    )
    yield Problem("endpoint", rule, ("provider",))


def endpoint_doubts(options: Mapping[str, str]) -> Iterator[str]:
    """What is unusual about an endpoint and seldom works."""
    endpoint = options.get("endpoint", "")
    if not endpoint:
        return
    host = _host(endpoint)
    has_bucket = _SERVICE_WITHIN_HOST.search(host) and not _VPC_ENDPOINT.match(host)
    if has_bucket and is_aws_endpoint(endpoint):
        yield "the host of endpoint starts with the name of a bucket, which rclone adds itself"
    if _parts(endpoint).path.strip("/"):
        yield "endpoint has a path, which rclone puts in front of every bucket"


def _host(endpoint: str) -> str:
    return (_parts(endpoint).hostname or "").rstrip(".")


def _parts(endpoint: str) -> SplitResult:
    try:
        parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    except ValueError:  # the rule for URLs reports it
        return SplitResult("", "", "", "", "")
    return parts


def _is_ip(endpoint: str) -> bool:
    try:
        ipaddress.ip_address(_host(endpoint))
    except ValueError:
        return False
    return True
