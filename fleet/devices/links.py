"""What is typed, opened or scanned to set a client up: its address with the device's token."""

import base64
import json
from typing import NamedTuple

import segno

from fleet.devices.device import Client


class Link(NamedTuple):
    """How one client is set up.

    ``url`` is the address to set; ``deep_link`` opens the client and sets it up, where the client
    can. ``qr_svg`` is the deep link, else the address, as a QR code.
    """

    form: Client
    url: str
    deep_link: str | None
    qr_svg: str


def links(origin: str, token: str, name: str, interval_s: int) -> list[Link]:
    """Return how each client is set up. ``origin`` is scheme and host, as browsers see them."""
    base = f"{origin.rstrip('/')}/t"
    traccar = (
        f"{base}?id={token}&interval={interval_s}"
        "&accuracy=highest&distance=0&buffer=true&service=true"
    )
    return [
        _link(Client.TRACCAR, base, traccar),
        _link(Client.OWNTRACKS, f"{base}/owntracks", _owntracks(base, token, name, interval_s)),
        _link(
            Client.GPSLOGGER,
            f"{base}/gpslogger?id={token}&lat=%LAT&lon=%LON&timestamp=%TIMESTAMP&acc=%ACC&spd=%SPD"
            "&dir=%DIR&alt=%ALT&hdop=%HDOP&batt=%BATT&charging=%ISCHARGING",
        ),
        _link(
            Client.OSMAND,
            f"{base}/osmand?id={token}&lat={{0}}&lon={{1}}&timestamp={{2}}&hdop={{3}}"
            "&altitude={4}&speed={5}&bearing={6}",
        ),
        _link(Client.NMEA, f"{base}/nmea?id={token}"),
        _link(Client.GPX, f"{base}/gpx?id={token}"),
    ]


def _link(form: Client, url: str, deep_link: str | None = None) -> Link:
    code = segno.make(deep_link or url, error="m", micro=False)
    return Link(form, url, deep_link, code.svg_inline(scale=4, border=4, light="#fff"))


def _owntracks(base: str, token: str, name: str, interval_s: int) -> str:
    """Return the link that carries OwnTracks' whole configuration."""
    configuration = {
        "_type": "configuration",
        "mode": 3,
        "url": f"{base}/owntracks",
        "auth": True,
        "username": "device",
        "password": token,
        "deviceId": name,
        "monitoring": 2,
        "locatorInterval": interval_s,
        "moveModeLocatorInterval": interval_s,
        "locatorDisplacement": 0,
    }
    text = json.dumps(configuration).encode()
    # Spaces at the end of JSON mean nothing, and a multiple of three bytes needs no "=".
    text += b" " * (-len(text) % 3)
    inline = base64.b64encode(text).decode().replace("+", "%2B").replace("/", "%2F")
    return f"owntracks:///config?inline={inline}"
