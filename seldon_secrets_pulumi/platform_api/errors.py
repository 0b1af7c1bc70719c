"""Why the platform gave no answer, by cause. No error repeats what the platform or the OIDC server wrote."""

from seldon_secrets_pulumi.errors import NoAnswerError


class PlatformError(NoAnswerError):
    """The platform gave no answer, or one that is not its API's."""


class LoginError(PlatformError):
    """The platform or its OIDC server refused the login."""


class ForbiddenError(PlatformError):
    """The platform's policies do not permit a call."""


class RejectedCallError(PlatformError):
    """The platform answered a call with an error."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(text)
