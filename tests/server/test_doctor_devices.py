"""The doctor names the devices that are silent or refused, and why."""

import pytest

from kit.settings import Settings
from server.doctor import Check, checks
from tests.support.trackers import HERE, Tracker


def devices(tracker: Tracker) -> Check:
    settings = Settings(_env_file=None, dsn=tracker.server.dsn, port=0)
    return next(check for check in checks(settings) if check.name == "Devices")


async def test_a_device_that_reports_is_well(tracker: Tracker) -> None:
    await tracker.send(**HERE)
    assert devices(tracker).ok


async def test_a_silent_one_of_a_unit_on_shift_is_named(tracker: Tracker) -> None:
    await tracker.server.sql("UPDATE device SET created_at = created_at - interval '2 hours'")
    found = devices(tracker)
    assert not found.ok
    assert "'box' of ARK-1 has been silent for 60 min" in found.detail
    await tracker.send(batt="50")
    assert devices(tracker).ok, "a heartbeat is no silence"


async def test_a_refused_one_is_named_with_the_reason(tracker: Tracker) -> None:
    await tracker.send(lat="north", lon="49")
    assert "refused: malformed (lat: not a number: 'north')" in devices(tracker).detail
    await tracker.send(**HERE)
    assert devices(tracker).ok


@pytest.mark.parametrize(
    "so",
    [
        "UPDATE shift SET ended_at = now()",
        "UPDATE device SET revoked_at = now()",
        "UPDATE device SET form = 'gpx'",
    ],
)
async def test_one_that_need_not_report_is_no_fault(tracker: Tracker, so: str) -> None:
    await tracker.server.sql("UPDATE device SET created_at = created_at - interval '2 hours'")
    await tracker.server.sql(so)
    assert devices(tracker).ok
