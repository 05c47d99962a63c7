/** What happened and how things stand, in English. */
import type { faJournal } from "./fa.journal";

export const enJournal: typeof faJournal = {
  incidentStatus: {
    waiting: "Waiting",
    held: "Held",
    responding: "Under way",
    cleared: "Units cleared",
    closed: "Closed",
  },

  unitStatus: {
    off_duty: "Off duty",
    available: "Available",
    offered: "Offered",
    dispatched: "Dispatched",
    en_route: "En route",
    on_scene: "On scene",
    transporting: "Transporting",
    at_destination: "At destination",
    out_of_service: "Out of service",
  },

  milestone: {
    acknowledged: "Acknowledged",
    en_route: "En route",
    on_scene: "On scene",
    contact: "Contact",
    transporting: "Transporting",
    at_destination: "At destination",
    handed_over: "Handed over",
    cleared: "Cleared",
  },

  excludedFor: {
    not_available: "not available",
    off_shift: "off shift",
    no_fix: "no position",
    stale_fix: "stale position",
    lacks_capability: "lacks a capability",
    already_declined: "declined this incident",
    not_covered: "the cover rule does not send these units",
    farther: "farther than those recommended",
  },

  facts: {
    incident_opened: "Incident opened",
    incident_prioritised: "Priority set",
    incident_held: "Held",
    incident_released: "Back in the queue",
    incident_closed: "Closed",
    incident_reopened: "Reopened",
    offer_made: "Offer made",
    offer_accepted: "Offer accepted",
    offer_declined: "Offer declined",
    offer_expired: "Offer expired",
    offer_withdrawn: "Offer withdrawn",
    offers_exhausted: "No unit is left",
    unit_assigned: "Unit assigned",
    unit_stood_down: "Unit stood down",
    milestone_reached: "Milestone",
    unit_signed_on: "Shift begun",
    unit_signed_off: "Shift ended",
    unit_taken_out: "Taken out of service",
    unit_brought_back: "Back in service",
  },

  systemReasons: {
    "no answer in time": "no answer in time",
    assigned: "a unit was assigned outright",
    "incident held": "the incident was held",
    "incident closed": "the incident was closed",
    "incident cleared": "the incident was cleared",
  },
};
