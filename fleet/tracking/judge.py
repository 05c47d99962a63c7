"""The rules of belief in order: the first that speaks decides what becomes of a fix."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import msgspec

from fleet.tracking.circling import Arc, Found, Loops
from fleet.tracking.fix import Fix, Verdict
from fleet.tracking.sources import Source
from fleet.tracking.spoofing import Disc, Leap, Leaps, place_of
from fleet.tracking.trail import CONFIRMED, Trail, Withdrawn
from fleet.tracking.vetting import VettingRules, by_itself, gap_m, in_time, jumps, too_old
from geo.position import EARTH_RADIUS_M

A_MOMENT = timedelta(microseconds=1)
A_WHILE = timedelta(seconds=60)


class Region(Protocol):
    """Where units can be."""

    def has(self, lat: float, lon: float) -> bool:
        """Tell whether a place lies in it."""


class Judge:
    """Judges each unit's fixes against its trail, the ground and the other units' leaps.

    ``withdrawn`` collects what was believed too early.
    """

    def __init__(self, rules: VettingRules) -> None:
        self.rules = rules
        self.region: Region | None = None
        self.places: Sequence[Disc] = ()
        self.withdrawn: list[Withdrawn] = []
        self.trails: dict[int, Trail] = {}
        self.leaps = Leaps(rules)
        self._approach = timedelta(seconds=rules.approach_s)
        self._fast_deg_s = math.degrees(rules.max_speed_mps / EARTH_RADIUS_M)
        self._near_deg = math.degrees(rules.same_place_m / EARTH_RADIUS_M) * 0.7

    def judge(self, fix: Fix) -> Verdict:
        """Return what becomes of a fix."""
        fault = by_itself(fix, self.rules)
        if fault:
            return fault
        trail = self.trails.get(fix.unit_id) or self.trail(fix.unit_id)
        source = trail.sources.by_id.get(fix.source) or trail.source(fix.source)
        is_ahead = fix.fixed_at > fix.received_at
        if (is_ahead or fix.fixed_at <= source.newest_at) and fix.fixed_at in source.times:
            return Verdict.DUPLICATE
        if is_ahead:
            source.times.append(fix.fixed_at)
            fix = in_time(fix)
        heard_at, source.heard_at = source.heard_at, fix.fixed_at
        head = trail.head
        if head is None:
            return self._first(fix, trail, source)
        if fix.fixed_at <= head.fixed_at:
            return self._late(fix, trail, source, goes_back=fix.fixed_at < heard_at)
        return self._next(fix, head, trail, source)

    def trail(self, unit_id: int) -> Trail:
        """Return the trail of a unit."""
        return self.trails.setdefault(unit_id, Trail(self.rules))

    def forget(self, unit_id: int) -> None:
        """Drop all that is known of a unit."""
        self.trails.pop(unit_id, None)
        self.leaps.forget(unit_id)

    def _first(self, fix: Fix, trail: Trail, source: Source) -> Verdict:
        if self._outside(fix):
            return self._swapped_or_outside(fix)
        if trail.circle and trail.circle.goes_on(fix):
            return Verdict.CIRCLING
        if place_of(fix, self.places):
            return Verdict.SPOOF_PLACE
        return self._believe(fix, trail, source)

    def _next(self, fix: Fix, head: Fix, trail: Trail, source: Source) -> Verdict:
        """Judge a fix newer than all that is believed."""
        near = self._near_deg
        if not (-near < fix.lat - head.lat < near and -near < fix.lon - head.lon < near):
            fault = self._afar(fix, head, trail)
        elif trail.circle and trail.circle.goes_on(fix):
            return Verdict.CIRCLING
        else:
            fault = self._crept(fix, head, trail) or self._nearby(fix, head, trail)
        return fault or self._believe(fix, trail, source)

    def _crept(self, fix: Fix, head: Fix, trail: Trail) -> Verdict | None:
        """Tell small leaps that add up: what a jump is allowed once is not allowed at each step."""
        away_deg = max(abs(fix.lat - head.lat), abs(fix.lon - head.lon))
        elapsed_s = (fix.fixed_at - head.fixed_at).total_seconds()
        if away_deg < self._fast_deg_s * elapsed_s:
            return None
        anchor, _ = trail.around(fix.fixed_at - A_WHILE)
        anchor = anchor or trail.kept[0]
        return self._jumped(fix, trail) if jumps(anchor, fix, self.rules) else None

    def _nearby(self, fix: Fix, head: Fix, trail: Trail) -> Verdict | None:
        if self.region and not self.region.has(fix.lat, fix.lon):
            return self._swapped_or_outside(fix)
        if fix.lat == head.lat and fix.lon == head.lon:
            return self._frozen(fix, head, trail)
        trail.same = 0
        if fix.fixed_at - head.fixed_at > self._approach and self._arose(fix, head, leapt=False):
            return Verdict.SPOOF_PLACE
        return None

    def _afar(self, fix: Fix, head: Fix, trail: Trail) -> Verdict | None:
        """Judge a fix that is not close to the newest: the rare case, and the costly one."""
        leapt, outside = jumps(head, fix, self.rules), self._outside(fix)
        if (leapt or outside) and self._is_swapped(fix, head, outside=outside):
            return Verdict.SWAPPED
        if trail.circle and trail.circle.goes_on(fix):
            return Verdict.CIRCLING
        if self._arose(fix, head, leapt=leapt):
            return Verdict.SPOOF_PLACE
        if self._gathers(fix, head, trail, leapt=leapt):
            return Verdict.FLEET_GATHERING
        if leapt:
            return self._jumped(fix, trail)
        trail.same = 0
        return Verdict.OUT_OF_REGION if outside else None

    def _outside(self, fix: Fix) -> bool:
        return self.region is not None and not self.region.has(fix.lat, fix.lon)

    def _swapped_or_outside(self, fix: Fix) -> Verdict:
        exchanged = self.region and self.region.has(fix.lon, fix.lat)
        return Verdict.SWAPPED if exchanged else Verdict.OUT_OF_REGION

    def _is_swapped(self, fix: Fix, head: Fix, *, outside: bool) -> bool:
        """Tell whether a fix makes sense the other way round: by the region, or by the trail."""
        if outside and self.region and self.region.has(fix.lon, fix.lat):
            return True
        other = msgspec.structs.replace(fix, lat=fix.lon, lon=fix.lat)
        return abs(fix.lon) <= 90 and not jumps(head, other, self.rules)

    def _arose(self, fix: Fix, head: Fix, *, leapt: bool) -> bool:
        """Tell whether a fix is at a known place of spoofing and its unit did not drive there."""
        if not leapt:
            elapsed_s = (fix.fixed_at - head.fixed_at).total_seconds()
            if elapsed_s <= self.rules.approach_s and gap_m(head, fix) <= self.rules.approach_m:
                return False
        place = place_of(fix, self.places)
        return place is not None and (leapt or not place.has(head))

    def _frozen(self, fix: Fix, head: Fix, trail: Trail) -> Verdict | None:
        moving = fix.speed_mps is not None and fix.speed_mps > self.rules.frozen_speed_mps
        trail.same = trail.same + 1 if moving else 0
        if trail.same < self.rules.frozen_fixes - 1:
            return None
        if trail.same == self.rules.frozen_fixes - 1:
            first = next(
                one for one in trail.kept[-trail.same :] if (one.lat, one.lon) == (fix.lat, fix.lon)
            )
            since = first.fixed_at + A_MOMENT
            self._withdraw(trail, Withdrawn(fix.unit_id, since, fix.fixed_at, Verdict.FROZEN, None))
        return Verdict.FROZEN

    def _jumped(self, fix: Fix, trail: Trail) -> Verdict | None:
        """Refuse a jump, unless what it leaves was never confirmed and others confirm it."""
        if trail.agreed < CONFIRMED and self._outvotes(fix, trail):
            first, last = trail.kept[0], trail.kept[-1]
            gone = Withdrawn(
                fix.unit_id, first.fixed_at, last.fixed_at, Verdict.IMPOSSIBLE_JUMP, None
            )
            self._withdraw(trail, gone)
            trail.agreed = CONFIRMED - 1
            return None
        return self._stray(fix, trail)

    def _outvotes(self, fix: Fix, trail: Trail) -> bool:
        rivals = trail.rivals
        if rivals and (fix.fixed_at <= rivals[-1].fixed_at or jumps(rivals[-1], fix, self.rules)):
            rivals.clear()
        rivals.append(fix)
        return len(rivals) >= CONFIRMED

    def _stray(self, fix: Fix, trail: Trail) -> Verdict:
        """Watch what is refused: a circle far away is told from a jump."""
        if trail.strayed_at and fix.fixed_at <= trail.strayed_at:
            return Verdict.IMPOSSIBLE_JUMP
        trail.strayed_at = fix.fixed_at
        if trail.stray_loops is None:
            trail.stray_loops = Loops(self.rules.circle_turns, self.rules.circle_residual)
        found = trail.stray_loops.add(fix)
        if not found:
            return Verdict.IMPOSSIBLE_JUMP
        trail.circle = found.circle
        gone = _circle_withdrawn(fix, found)
        self.withdrawn.append(
            msgspec.structs.replace(gone, back=trail.head, within=found.circle.ring, sure_at=None)
        )
        return Verdict.CIRCLING

    def _gathers(self, fix: Fix, head: Fix, trail: Trail, *, leapt: bool) -> bool:
        """Tell whether a unit leapt to where others leapt; then theirs are withdrawn."""
        if trail.gathered and self.leaps.near(trail.gathered, fix):
            trail.gathered = fix
            return True
        if not (leapt or self.leaps.is_leap(head, fix)):
            return False
        others = self.leaps.add(head, fix)
        for leap in others:
            self._gathered(leap)
        if others:
            trail.gathered = fix
        return bool(others)

    def _gathered(self, leap: Leap) -> None:
        """Take back what another unit told of a gathering; what it drove elsewhere stays."""
        trail, fix = self.trails.get(leap.fix.unit_id), leap.fix
        if trail is None or trail.gathered:
            return
        trail.gathered = fix
        within = Disc(fix.lat, fix.lon, self.rules.gathering_m)
        is_there = trail.head is not None and within.has(trail.head)
        until = max(fix.fixed_at, trail.head.fixed_at) if trail.head and is_there else fix.fixed_at
        gone = Withdrawn(
            fix.unit_id, leap.since, until, Verdict.FLEET_GATHERING, trail.head, within
        )
        if is_there:
            self._withdraw(trail, gone, leap.back)
        else:
            self.withdrawn.append(gone)

    def _late(self, fix: Fix, trail: Trail, source: Source, *, goes_back: bool) -> Verdict:
        """Judge a fix older than the newest against its neighbours in time."""
        if self._outside(fix):
            return self._swapped_or_outside(fix)
        neighbours = [one for one in trail.around(fix.fixed_at) if one]
        if any(jumps(one, fix, self.rules) for one in neighbours):
            if self._is_swapped(fix, neighbours[0], outside=False):
                return Verdict.SWAPPED
            source.set_back = source.set_back or goes_back
            return Verdict.TIME_BACKWARDS if source.set_back else Verdict.IMPOSSIBLE_JUMP
        source.set_back = False
        follows = trail.sources.follows(fix, self.rules.source_silence_s)
        source.remember(fix.fixed_at)
        if follows:
            return Verdict.SPARE
        trail.insert(_slim(fix))
        return Verdict.OLDER

    def _believe(self, fix: Fix, trail: Trail, source: Source) -> Verdict:
        """Let a fix without fault be the newest, unless another source tells better."""
        leads = trail.sources.leads(fix, self.rules.source_silence_s)
        source.remember(fix.fixed_at)
        if not leads:
            return Verdict.SPARE
        source.set_back = False
        trail.accept(_slim(fix))
        found = trail.loops.add(fix)
        if found:
            return self._circled(fix, trail, found)
        return Verdict.TOO_OLD if too_old(fix, self.rules) else Verdict.GOOD

    def _circled(self, fix: Fix, trail: Trail, found: Found) -> Verdict:
        before, unit_id = found.before, fix.unit_id
        back = (
            Fix(unit_id, before.fixed_at, before.fixed_at, before.lat, before.lon)
            if before
            else None
        )
        self._withdraw(trail, _circle_withdrawn(fix, found), back)
        trail.circle = found.circle
        return Verdict.CIRCLING

    def _withdraw(self, trail: Trail, gone: Withdrawn, back: Fix | None = None) -> None:
        """Take back what was believed; the head is what was before it, at worst ``back``."""
        if trail.rewind(gone.since) is None and back:
            trail.kept, trail.head = [back], back
        self.withdrawn.append(msgspec.structs.replace(gone, back=trail.head))


def _circle_withdrawn(fix: Fix, found: Found) -> Withdrawn:
    since = found.before.fixed_at + A_MOMENT if found.before else found.first.fixed_at
    return Withdrawn(
        fix.unit_id,
        since,
        fix.fixed_at,
        Verdict.CIRCLING,
        None,
        Arc(found.circle.ring, found.circle.rate, found.first),
        found.first.fixed_at,
    )


def _slim(fix: Fix) -> Fix:
    return fix if fix.raw is None else msgspec.structs.replace(fix, raw=None)
