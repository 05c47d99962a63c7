"""Every table of the product, so that migrations see them all."""

from dispatch.approvals import models as approvals
from dispatch.assignments import models as assignments
from dispatch.broadcasts import models as broadcasts
from dispatch.calls import models as calls
from dispatch.channels import models as channels
from dispatch.check_ins import models as check_ins
from dispatch.corrections import models as corrections
from dispatch.exchange import models as exchange
from dispatch.followups import models as followups
from dispatch.handovers import models as handovers
from dispatch.history import models as history
from dispatch.incidents import models as incidents
from dispatch.links import models as links
from dispatch.ownership import models as ownership
from dispatch.partners import models as partners
from dispatch.recommendations import models as recommendations
from dispatch.referrals import models as referrals
from dispatch.removals import models as removals
from dispatch.reviews import models as reviews
from dispatch.scenes import models as scenes
from dispatch.shelters import models as shelters
from dispatch.tasks import models as tasks
from dispatch.transfers import models as transfers
from dispatch.triage import models as triage
from fleet.alarms import models as alarms
from fleet.crews import models as crews
from fleet.devices import models as devices
from fleet.quarantine import models as quarantine
from fleet.tracking import models as tracking
from fleet.tracks import models as tracks
from fleet.units import models as units
from fleet.vehicles import models as vehicles
from geo import models as ground
from geo.gazetteer import models as gazetteer
from kit import models as workbench
from server.login import models as login

ALL = (
    workbench,
    ground,
    gazetteer,
    units,
    crews,
    vehicles,
    devices,
    tracking,
    tracks,
    quarantine,
    incidents,
    calls,
    exchange,
    triage,
    links,
    history,
    recommendations,
    assignments,
    channels,
    check_ins,
    tasks,
    handovers,
    removals,
    referrals,
    followups,
    scenes,
    shelters,
    broadcasts,
    reviews,
    partners,
    ownership,
    transfers,
    corrections,
    approvals,
    alarms,
    login,
)
