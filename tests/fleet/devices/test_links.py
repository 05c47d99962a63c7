"""What is typed or scanned to set a client up, read back as the client would."""

import base64
import json
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from fleet.devices.device import Client
from fleet.devices.links import Link, links

ORIGIN = "https://123.example.org/"
TOKEN = "s3cr3t_-token"


def link(form: Client, name: str = "phone") -> Link:
    return next(one for one in links(ORIGIN, TOKEN, name, 15) if one.form is form)


def test_traccar_client_is_set_up_by_a_link() -> None:
    made = link(Client.TRACCAR)
    assert made.url == "https://123.example.org/t"
    assert made.deep_link == (
        "https://123.example.org/t?id=s3cr3t_-token&interval=15"
        "&accuracy=highest&distance=0&buffer=true&service=true"
    )


def test_owntracks_is_set_up_by_a_link() -> None:
    for name in ("phone", "تلفن", "a>?~" * 7):
        made = link(Client.OWNTRACKS, name)
        assert made.deep_link
        assert made.deep_link.startswith("owntracks:///config?inline=")
        (inline,) = parse_qs(urlsplit(made.deep_link).query)["inline"]
        told = json.loads(base64.b64decode(inline, validate=True))
        assert (told["_type"], told["mode"], told["auth"]) == ("configuration", 3, True)
        assert (told["url"], told["password"]) == ("https://123.example.org/t/owntracks", TOKEN)
        assert (told["moveModeLocatorInterval"], told["deviceId"]) == (15, name)


def test_the_others_get_an_address_with_their_placeholders() -> None:
    assert link(Client.GPSLOGGER).url.startswith(
        "https://123.example.org/t/gpslogger?id=s3cr3t_-token&lat=%LAT&lon=%LON"
    )
    assert link(Client.OSMAND).url == (
        "https://123.example.org/t/osmand?id=s3cr3t_-token&lat={0}&lon={1}&timestamp={2}"
        "&hdop={3}&altitude={4}&speed={5}&bearing={6}"
    )
    assert link(Client.NMEA).url == "https://123.example.org/t/nmea?id=s3cr3t_-token"
    assert link(Client.GPX).url == "https://123.example.org/t/gpx?id=s3cr3t_-token"


def test_each_has_a_code_to_scan() -> None:
    pictures = [one.qr_svg for one in links(ORIGIN, TOKEN, "phone", 15)]
    assert len(set(pictures)) == len(pictures)
    for picture in pictures:
        assert ElementTree.fromstring(picture).tag.endswith("svg")
