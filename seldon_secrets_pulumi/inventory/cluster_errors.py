"""The reasons why a cluster gives no answer."""

from seldon_secrets_pulumi.errors import NoAnswerError


class ClusterError(NoAnswerError):
    """The reason why the cluster gave no answer, in one line."""


class RejectedError(ClusterError):
    """The API server answered, but not with success. `status` is the answer's HTTP status."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        super().__init__(reason)
