"""The bucket secrets that calibration creates through the platform, and how to recognize them later."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from seldon_secrets_pulumi.inventory.secret import LiveSecret
from seldon_secrets_pulumi.model.any_backend import AnyBackendBucket
from seldon_secrets_pulumi.model.formats import Format

REMOTE_TYPE = "s3"
_MARK = "made-by-seldon-secrets-calibrate"
VARIABLES = {
    "provider": "AWS",
    "env_auth": "false",
    "access_key_id": _MARK,
    "secret_access_key": _MARK,
    "region": "eu-west-1",
}
"""Not a credential: both keys are the mark that shows that nobody else made the Secret."""

# Ten characters, the most that platforms before 2.4.0 accept (seldon-deploy-sdk, tags 1.5.0 to 2.3.1).
_PREFIX, _DIGITS = "cal", 7
_NAME = re.compile(rf"{_PREFIX}[0-9a-f]{{{_DIGITS}}}(-|\Z)")

# Another calibration of the same namespace may still need its own.
_LEFTOVER_AGE = timedelta(minutes=10)


def new_remote() -> str:
    """A name for a remote that nothing else has."""
    return _PREFIX + secrets.token_hex(4)[:_DIGITS]


def declared_data(remote: str, bucket_format: Format) -> dict[str, str]:
    """The data that this package writes for the same bucket secret."""
    arguments = {"namespace": "default", "remote": remote, "type": REMOTE_TYPE, "parameters": VARIABLES}
    declaration = AnyBackendBucket.parse(arguments)
    assert declaration is not None  # noqa: S101 - every argument is known
    return declaration.data(bucket_format)


def is_sample(secret: LiveSecret) -> bool:
    """Whether calibration made the Secret, by its name and its content."""
    has_mark = any(value and _MARK.encode() in value for value in secret.data.values())
    return has_mark and _NAME.match(secret.name) is not None


def of_remote(secrets_: Iterable[LiveSecret], remote: str) -> LiveSecret | None:
    """The Secret that the platform made for a remote."""
    return next((each for each in secrets_ if is_sample(each) and each.name.startswith(remote)), None)


def is_leftover(secret: LiveSecret, now: datetime) -> bool:
    """Whether a calibration that was killed made the Secret."""
    if not is_sample(secret):
        return False
    try:
        created = datetime.fromisoformat((secret.created or "").replace("Z", "+00:00"))
    except ValueError:
        return False
    return now - created.astimezone(timezone.utc) > _LEFTOVER_AGE
