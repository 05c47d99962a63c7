"""Every form, sent to a real server: each field is durable in its unit."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from kit.clock import now
from tests.support.trackers import Tracker, verdicts
from tests.support.uploads import sentence

KNOT_MPS = 1852 / 3600
Sent = tuple[str, dict[str, Any]]
LAT, LON = 34.0912, 49.6901
JSON = {"content-type": "application/json"}


def form_a(token: str, at: datetime) -> Sent:
    return "/t", {"params": {"id": token, **_flat(at)}}


def form_b(token: str, at: datetime) -> Sent:
    coords = {"latitude": LAT, "longitude": LON, "accuracy": 4, "speed": 12}
    location = {
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "coords": {**coords, "heading": 271, "altitude": 1740},
        "battery": {"level": 0.62, "is_charging": True},
        "is_moving": True,
    }
    return "/t", {"json": {"device_id": token, "location": location}}


def form_c(token: str, at: datetime) -> Sent:
    return "/t", {"data": {"id": token, **_flat(at)}}


def form_d(token: str, at: datetime) -> Sent:
    return "/t", {"json": [{"id": token, **_flat(at)}]}


def form_o(token: str, at: datetime) -> Sent:
    told = {"lat": LAT, "lon": LON, "tst": int(at.timestamp()), "vel": 12 * 3.6, "cog": 271}
    told |= {"acc": 4, "alt": 1740, "batt": 62, "bs": 2, "t": "u", "tid": "a1"}
    headers = {"x-limit-u": "ark-1", "x-limit-d": "phone"}
    body = {"_type": "location", **told}
    return "/t/owntracks", {"json": body, "auth": ("ark-1", token), "headers": headers}


def form_g(token: str, at: datetime) -> Sent:
    params = {"id": token, "lat": LAT, "lon": LON, "timestamp": at.isoformat(), "spd": 12}
    return "/t/gpslogger", {
        "params": {**params, "dir": 271, "acc": 4, "alt": 1740, "batt": 62, "charging": "true"}
    }


def form_k(token: str, at: datetime) -> Sent:
    params = {"id": token, "lat": LAT, "lon": LON, "timestamp": int(at.timestamp() * 1000)}
    return "/t/osmand", {
        "params": {**params, "hdop": 4, "altitude": 1740, "speed": 12, "bearing": 271}
    }


def form_nmea(token: str, at: datetime) -> Sent:
    clock, place = f"{at:%H%M%S}", "3405.472,N,04941.406,E"
    rmc = f"GPRMC,{clock},A,{place},{12 / KNOT_MPS:.4f},271.0,{at:%d%m%y},,,A"
    gga = f"GPGGA,{clock},{place},1,08,0.8,1740.0,M,,M,,"
    lines = "\r\n".join([sentence(rmc), sentence(gga)])
    return "/t/nmea", {"content": lines, "headers": {"authorization": f"Bearer {token}"}}


def form_gpx(token: str, at: datetime) -> Sent:
    track = f"""<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
      <trkpt lat="{LAT}" lon="{LON}"><ele>1740</ele><time>{at.isoformat()}</time><hdop>0.8</hdop>
      <extensions><speed>12</speed><course>271</course></extensions></trkpt>
      </trkseg></trk></gpx>"""
    return "/t/gpx", {"content": track, "params": {"id": token}}


def _flat(at: datetime) -> dict[str, Any]:
    told = {"lat": LAT, "lon": LON, "timestamp": int(at.timestamp()), "speed": 12 / KNOT_MPS}
    more = {"bearing": 271, "altitude": 1740, "accuracy": 4, "batt": 62, "charge": "true"}
    return {**told, **more}


FORMS = [form_a, form_b, form_c, form_d, form_o, form_g, form_k, form_nmea, form_gpx]
WITHOUT_BATTERY = {form_k, form_nmea, form_gpx}


@pytest.mark.parametrize("form", FORMS)
async def test_every_field_is_durable_in_its_unit_when_it_is_answered(
    tracker: Tracker, form: Callable[[str, datetime], Sent]
) -> None:
    at = now().replace(microsecond=0) - timedelta(seconds=30)
    path, how = form(tracker.token, at)
    answer = await tracker.post(path, **how)
    if form is form_o:
        assert (answer.status_code, answer.json()) == (200, [])
    else:
        assert verdicts(answer) == ["good"]
    (fix,) = await tracker.kept()
    assert (fix["unit_id"], fix["source"]) == (tracker.unit_id, tracker.id)
    assert fix["fixed_at"] == at
    assert fix["lat"] == pytest.approx(LAT)
    assert fix["lon"] == pytest.approx(LON)
    assert fix["speed_mps"] == pytest.approx(12, rel=1e-5)
    assert (fix["heading_deg"], fix["altitude_m"], fix["accuracy_m"]) == (271, 1740, 4)
    if form not in WITHOUT_BATTERY:
        assert fix["battery_pct"] == 62
        assert (await tracker.state())["charging"] is True


async def test_a_get_does_what_a_post_does(tracker: Tracker) -> None:
    at = now().replace(microsecond=0) - timedelta(seconds=60)
    for n, (path, how) in enumerate(form(tracker.token, at) for form in (form_a, form_g, form_k)):
        how["params"]["timestamp"] = int(at.timestamp()) + n
        answer = await tracker.http.get(path, **how)
        assert verdicts(answer) == ["good"]
    assert len(await tracker.kept()) == 3


async def test_what_owntracks_says_beside_positions_is_accepted_and_ignored(
    tracker: Tracker,
) -> None:
    auth = ("ark-1", tracker.token)
    for content in (b"", b'{"_type": "lwt"}', b'{"_type": "waypoints", "waypoints": []}'):
        answer = await tracker.post("/t/owntracks", content=content, auth=auth, headers=JSON)
        assert (answer.status_code, answer.json()) == (200, [])
    assert await tracker.kept() == await tracker.quarantined() == []


async def test_a_batch_keeps_its_good_ones_and_puts_the_bad_apart(tracker: Tracker) -> None:
    start = int(now().timestamp()) - 20
    batch: list[Any] = [
        {"id": tracker.token, "lat": 34.09, "lon": 49.69 + n / 1e4, "timestamp": start + n}
        for n in range(5)
    ]
    batch[2]["lat"] = "north"
    answer = await tracker.post(json=batch)
    assert verdicts(answer) == ["good", "good", "malformed", "good", "good"]
    bad = answer.json()["reports"][2]
    assert (bad["kept"], bad["fault"]) == (True, "lat: not a number: 'north'")
    assert len(await tracker.kept()) == 4
    (apart,) = await tracker.quarantined()
    assert (apart["reason"], apart["fault"]) == ("malformed", bad["fault"])
    assert json.loads(apart["raw"])["lat"] == "north"
    assert tracker.token not in apart["raw"]


async def test_a_simulated_position_says_so_and_is_put_apart(tracker: Tracker) -> None:
    path, how = form_b(tracker.token, now())
    how["json"]["location"]["mock"] = True
    assert verdicts(await tracker.post(path, **how)) == ["mock"]
    (apart,) = await tracker.quarantined()
    assert (apart["lat"], apart["form"]) == (LAT, "traccar_json")
