"""The address of a certificate chain, as Amazon allows it.

https://developer.amazon.com/docs/alexa/custom-skills/host-a-custom-skill-as-a-web-service.html (read 2026-11-22):
https, the host s3.amazonaws.com, a normalised path that begins with /echo.api/, and port 443 if there is one.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import urlsplit

from skills.alexa.refusal import Reason, Refused

_HOST = "s3.amazonaws.com"
_FOLDER = "/echo.api/"
_LONGEST = 512
_PLAIN = re.compile(r"[A-Za-z0-9:/._~-]+")  # no escapes, queries, fragments, users, spaces, backslashes


def checked_address(header: str) -> str:
    """The normalised address in a SignatureCertChainUrl header. Raises Refused."""
    if len(header) > _LONGEST or not _PLAIN.fullmatch(header):
        raise Refused(Reason.ADDRESS)
    try:
        parts = urlsplit(header)
        port = parts.port
    except ValueError as error:
        raise Refused(Reason.ADDRESS) from error
    path = posixpath.normpath(parts.path)
    right = (
        parts.scheme.lower() == "https"
        and (parts.hostname or "").lower() == _HOST
        and port in (None, 443)
        and not parts.netloc.endswith(":")
        and path.startswith(_FOLDER)
        and len(path) > len(_FOLDER)
        and not parts.path.endswith("/")
    )
    if not right:
        raise Refused(Reason.ADDRESS)
    return f"https://{_HOST}{path}"
