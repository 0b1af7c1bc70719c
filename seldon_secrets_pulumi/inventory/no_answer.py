"""Why a request got no answer, in the words of its cause.

The client's own errors are pages long, name classes of urllib3 and may contain credentials: those of a proxy's address,
or a header's value. None of their text is repeated.
"""

import socket
import ssl
from collections.abc import Iterator
from http.client import IncompleteRead
from typing import TYPE_CHECKING

from seldon_secrets_pulumi.untrusted_text import printable

if TYPE_CHECKING:
    from kubernetes.client import Configuration

INVALID_ADDRESS = (
    "the kubeconfig's server or proxy is not a valid address; it must look like https://host:port"
)


def why_no_answer(error: BaseException, configuration: "Configuration") -> str:
    """The reason of an exception that a request raised."""
    from urllib3.exceptions import LocationValueError, ProxyError

    server = address(configuration.host)
    causes = list(_causes(error))
    if any(isinstance(cause, LocationValueError) for cause in causes):
        return INVALID_ADDRESS
    reason = next(filter(None, map(_reason, causes)), "the request failed")
    if any(isinstance(cause, ProxyError) for cause in causes):
        proxy = address(configuration.proxy or "")
        return f"no answer from {server} through the proxy {proxy}: {reason}; check HTTPS_PROXY, NO_PROXY and proxy-url"
    return f"no answer from {server}: {reason}"


def address(url: str) -> str:
    """The scheme, host and port of a URL. Its user name and password are credentials."""
    scheme, separator, rest = url.rpartition("://")
    # A password with a slash makes the URL invalid, and is a credential all the same.
    return printable(f"{scheme}{separator}{rest.rpartition('@')[2].partition('/')[0]}")


def is_transient(error: BaseException) -> bool:
    """Whether another try may succeed: the connection was refused, reset, or closed before the answer was complete."""
    from urllib3.exceptions import ProtocolError, ProxyError

    causes = list(_causes(error))
    if any(isinstance(cause, ProxyError) for cause in causes):
        return False
    kinds = (ConnectionError, ProtocolError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that it wraps, the innermost first.

    urllib3 keeps the wrapped exception in its arguments, the client for Kubernetes only as the context.
    """
    wrapped = [argument for argument in error.args if isinstance(argument, BaseException)]
    for cause in (error.__cause__ or error.__context__, getattr(error, "original_error", None), *wrapped):
        if cause is not None:
            yield from _causes(cause)
    yield error


def _reason(error: BaseException) -> str | None:
    from urllib3.exceptions import ConnectTimeoutError, ProtocolError, ReadTimeoutError

    if isinstance(error, ssl.SSLError):
        return _tls_reason(error)
    if isinstance(error, OSError) and str(error).startswith("Tunnel connection failed"):
        return printable(str(error)).lower()  # http.client's sentence about a proxy, with the proxy's status
    reasons: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
        (socket.gaierror, "its name can't be resolved (DNS)"),
        (ConnectionRefusedError, "connection refused"),
        (ConnectTimeoutError, "no connection in time; is a VPN or a firewall in between?"),
        (ReadTimeoutError, "it accepted the request and did not answer in time"),
        (IncompleteRead, "the answer ended too early"),
        (ConnectionError, "it closed the connection"),
    ]
    for kind, reason in reasons:
        if isinstance(error, kind):
            return reason
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "it closed the connection" if isinstance(error, ProtocolError) else None


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({printable(error.verify_message)})"
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "it closed the connection"
    if error.reason == "WRONG_VERSION_NUMBER":
        return "it does not speak TLS; is the address right?"
    # OpenSSL's own constants, such as NO_CERTIFICATE_OR_CRL_FOUND.
    return (
        f"TLS failed ({(error.reason or 'unknown reason').replace('_', ' ').lower()}); check the certificates"
    )
