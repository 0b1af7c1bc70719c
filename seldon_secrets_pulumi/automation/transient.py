"""Failures of an API server that another try may not have, judged from the errors that pulumi reports.

The engine passes on the text of an error and not its status, so that only the text tells them apart.
"""

import re
from collections.abc import Iterable

_CONFLICT = (
    # Kubernetes `staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go`, NewGenericServerResponse and NewConflict.
    # A conflict of field managers and an object that exists already have other texts: they stay.
    r"the server reported a conflict",
    r"Operation cannot be fulfilled on ",
)
_TOO_MANY_REQUESTS = (
    r"the server has received too many requests",  # NewGenericServerResponse
    r"Too many requests",  # the API server's `filters/maxinflight.go`
)
_SERVER_ERROR = (
    # The same file: NewGenericServerResponse, NewServerTimeout, NewTimeoutError and NewInternalError.
    r"the server is currently unable to handle the request",
    r"the server was unable to return a response in the time allotted",
    r"an error on the server \(",
    r"The \S+ operation against \S+ could not be completed at this time",
    r"Timeout: ",
    r"Internal error occurred: ",
    r"etcdserver: (?:request timed out|leader changed|no leader|too many requests)",
    r"rpc error: code = Unavailable ",
)
_STATUS_TEXT = (
    # What proxies and load balancers answer instead.
    r"(?:Conflict|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Timeout)$",
)
_CONNECTION = (
    # Go's `io`, `net`, `net/http` and `golang.org/x/net/http2`
    r"(?:unexpected )?EOF$",
    r"connection reset by peer",
    r"connection refused",
    r"http: server closed idle connection",
    r"http2: (?:client connection lost|server sent GOAWAY)",
    r"net/http: TLS handshake timeout",
    r"net/http: request canceled",
)
_TRANSIENT = re.compile(
    # A text begins the message or follows a colon. The names of objects contain neither.
    rf"(?:^|: |\()(?:{'|'.join((*_CONFLICT, *_TOO_MANY_REQUESTS, *_SERVER_ERROR, *_STATUS_TEXT, *_CONNECTION))})",
    re.MULTILINE | re.IGNORECASE,
)
_MARKUP = re.compile(r"<\{%.*?%\}>")
# Pulumi adds these after the errors of resources.
_SUMMARIES = {"update failed", "preview failed", ""}


def are_transient(messages: Iterable[str]) -> bool:
    """Whether nothing but an API server's failures ended an operation. `messages` are the errors of its events."""
    texts = {_MARKUP.sub("", message).strip() for message in messages} - _SUMMARIES
    return bool(texts) and all(_TRANSIENT.search(text) for text in texts)
