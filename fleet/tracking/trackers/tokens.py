"""Where a client puts its secret: the query, the body, or a header.

Read without parsing the body, so that a body that cannot be read is still known to be whose.
"""

import base64
import binascii
import re

from fleet.tracking.trackers.upload import Upload

SECRET = rb"([\w-]{1,200})"
_BLANKS = rb"(?:%20|%0[AaDd]|\+){0,4}"
IN_FIELDS = re.compile(
    rb"(?:^|[&\s])(?:id|deviceid|device_id)=" + SECRET + _BLANKS + rb"(?=$|[&\s])"
)
IN_JSON = re.compile(rb'"(id|device_?id)"\s{0,9}:\s{0,9}"' + SECRET + rb'"')
CANDIDATES = 4


def tokens(upload: Upload, authorization: str) -> list[str]:
    """Return what may be the device's token, the likeliest first.

    Of HTTP Basic both the password and the user are tried.
    """
    found = [
        *IN_FIELDS.findall(upload.query)[:1],
        *_of_header(authorization),
        *(_of_json(upload.body) if upload.is_json else IN_FIELDS.findall(upload.body)[:1]),
    ]
    texts = [one.decode("utf-8", "replace") for one in found if one]
    return list(dict.fromkeys(texts))[:CANDIDATES]


def _of_json(body: bytes) -> list[bytes]:
    """Return the device that the JSON names, before what else it may call an id."""
    named = IN_JSON.findall(body)
    return [secret for _, secret in sorted(named, key=lambda pair: pair[0] == b"id")]


def _of_header(authorization: str) -> list[bytes]:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return [value.strip().encode("utf-8", "replace")]
    if scheme.lower() != "basic":
        return []
    try:
        user, _, password = base64.b64decode(value.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return []
    return [password, user]
