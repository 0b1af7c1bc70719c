"""Options with a syntax of their own inside their string: keys, JSON, lists of pairs, and paths.

rclone reads them without help, and a file of a person rarely has the form that it needs. `written` gives that form.
"""

import json
import re
from collections.abc import Iterator, Mapping

from seldon_secrets_pulumi.problem import Problem
from seldon_secrets_pulumi.rclone.catalog import Backend
from seldon_secrets_pulumi.rclone.google_key_file import compact_key_file, stored_key_file_rule
from seldon_secrets_pulumi.rclone.option_types import LISTS, separated
from seldon_secrets_pulumi.untrusted_text import UnreadableTextError, parse_json

KEY_PEM = "key_pem"
_KEY_FILE = "service_account_credentials"
_GOOGLE_BACKENDS = frozenset({"drive", "google cloud storage"})
# `config_credentials` is Box's; the help of each `token` says whether it is JSON (`rclone config providers`).
_JSON = re.compile(r"\bJSON (?:blob|contents)\b|config\.json contents")

_LABEL = r"(?P<label>[A-Z0-9 ]*PRIVATE KEY)"
_PEM = re.compile(
    rf"-----BEGIN {_LABEL}-----\n(?:[A-Za-z-]+: .*\n)*[A-Za-z0-9+/=\n]+\n-----END (?P=label)-----"
)

# The option for the content of a file, beside the option for its path.
_CONTENT: Mapping[str, str] = {
    "box_config_file": "config_credentials",
    "key_file": KEY_PEM,
    "known_hosts_file": "host_keys",
    "pubkey_file": "pubkey",
    "service_account_file": _KEY_FILE,
}
_PATH = re.compile(r".*_(?:file|path)|config_file")
_CONTENT_START = ("-----BEGIN", "{", "ssh-", "PuTTY-User-Key-File")

# http and webdav reject an odd number of items (backend/http/http.go, backend/webdav/webdav.go).
_PAIRS = frozenset({("http", "headers"), ("webdav", "headers")})


def written(backend: Backend, name: str, text: str) -> str:
    """The value in the form that rclone reads on every path. Raises `ValueError` with the rule that it breaks.

    Values that rclone reads as they are stay unchanged.
    """
    if _is_key_file(backend, name):
        if "\n" not in text.strip() and stored_key_file_rule(text) is None:
            return text.strip()
        return compact_key_file(text)
    if _is_pem(backend, name):
        return _escaped_pem(text)
    if _is_json(backend, name) and "\n" in text:
        return _compact_json(text)
    if (rule := _rule(backend, name, text)) is not None:
        raise ValueError(rule)
    return text


def written_options(backend: Backend, texts: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """All values in the form that rclone reads, and the problems of those that have none."""
    forms, problems = dict(texts), []
    for name, text in texts.items():
        if not text:
            continue
        try:
            forms[name] = written(backend, name, text)
        except ValueError as error:
            problems.append(Problem(name, str(error)))
    return forms, problems


def stored_problems(backend: Backend, texts: Mapping[str, str]) -> Iterator[Problem]:
    """Each value that `written` would repair and that rclone can't read without that."""
    for name, text in texts.items():
        if not text:
            continue
        if _is_key_file(backend, name):
            rule = stored_key_file_rule(text)
        elif _is_pem(backend, name) and re.search(r"[\r\n]", text.rstrip("\r\n")):
            rule = r"must be on one line, with the two characters \n in place of each line break"
        else:
            rule = None
        if rule is not None:
            yield Problem(name, rule)


def _is_key_file(backend: Backend, name: str) -> bool:
    return name == _KEY_FILE and backend.name in _GOOGLE_BACKENDS


def _is_pem(backend: Backend, name: str) -> bool:
    return name == KEY_PEM and name in backend.options


def _is_json(backend: Backend, name: str) -> bool:
    return name in backend.options and _JSON.search(backend.options[name].help) is not None


def _escaped_pem(text: str) -> str:
    r"""The key on one line: rclone reads the value as a string of Go, in which `\n` is a line break.

    Source: backend/sftp/sftp.go, NewFsWithConnection, strconv.Unquote.
    """
    lines = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    pem = "\n".join(line.strip() for line in lines.strip().split("\n"))
    if _PEM.fullmatch(pem) is None:
        raise ValueError(_pem_rule(pem))
    return pem.replace("\n", "\\n")


def _pem_rule(pem: str) -> str:
    if pem.startswith("PuTTY-User-Key-File"):
        return "is a key of PuTTY; convert it with `puttygen key.ppk -O private-openssh -o key`"
    if pem.startswith(("ssh-", "ecdsa-", "-----BEGIN PUBLIC", "---- BEGIN SSH2 PUBLIC")):
        return "is a public key; rclone needs the private one"
    if "-----BEGIN" in pem and "\n" not in pem:
        return "has lost its line breaks; use the key file unchanged"
    if "-----BEGIN" in pem:
        return "is a damaged or incomplete private key; use the whole key file unchanged"
    return "must be the content of a private key file, which starts with -----BEGIN"


def _compact_json(text: str) -> str:
    try:
        return json.dumps(parse_json(text), separators=(",", ":"))
    except UnreadableTextError as error:
        raise ValueError(str(error)) from None


def _is_connection_string(text: str) -> bool:
    """Whether Azure's SDK can read it (azure-sdk-for-go, sdk/storage/azblob/internal/shared, ParseConnectionString)."""
    fields = dict(part.partition("=")[::2] for part in text.rstrip(";").split(";"))
    has_login = bool(fields.get("AccountKey") or fields.get("SharedAccessSignature"))
    return has_login and bool(
        fields.get("AccountName") or fields.get("BlobEndpoint") or fields.get("FileEndpoint")
    )


def _rule(backend: Backend, name: str, text: str) -> str | None:
    if _PATH.fullmatch(name) and ("\n" in text or text.startswith(_CONTENT_START)):
        content = _CONTENT.get(name)
        instead = f"; use {content} for the content" if content in backend.options else ""
        return f"must be the path of a file in the container of rclone, not its content{instead}"
    option = backend.options.get(name)
    if option is None:
        return None
    if name == "connection_string" and not _is_connection_string(text):
        return "must be a connection string from the Azure portal: …;AccountName=…;AccountKey=…;…"
    if option.type in LISTS and re.search(r"[\r\n]", text.rstrip("\r\n")):
        return "must be on one line, because rclone reads only the first line of a list"
    if (backend.name, name) in _PAIRS and len(separated(text, ",") or ()) % 2:
        return "must be pairs of a header's name and its value, separated by commas"
    return None
