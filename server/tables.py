"""Every table of the product, so that migrations see them all."""

from dispatch.assignments import models as assignments
from dispatch.followups import models as followups
from dispatch.handovers import models as handovers
from dispatch.incidents import models as incidents
from dispatch.recommendations import models as recommendations
from dispatch.referrals import models as referrals
from dispatch.removals import models as removals
from dispatch.scenes import models as scenes
from dispatch.shelters import models as shelters
from fleet.alarms import models as alarms
from fleet.crews import models as crews
from fleet.devices import models as devices
from fleet.quarantine import models as quarantine
from fleet.tracking import models as tracking
from fleet.tracks import models as tracks
from fleet.units import models as units
from fleet.vehicles import models as vehicles
from geo import models as ground
from kit import models as workbench
from server.login import models as login

ALL = (
    workbench,
    ground,
    units,
    crews,
    vehicles,
    devices,
    tracking,
    tracks,
    quarantine,
    incidents,
    recommendations,
    assignments,
    handovers,
    removals,
    referrals,
    followups,
    scenes,
    shelters,
    alarms,
    login,
)
