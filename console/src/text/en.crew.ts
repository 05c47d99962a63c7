/** The team page in English. */
import type { faCrew } from "./fa.crew";

export const enCrew: typeof faCrew = {
  title: "Team",
  gps: "Position",
  gpsGood: (m, age) => `± ${m} m, ${age} ago`,
  gpsWaiting: "Waiting for satellites…",
  gpsDenied:
    "The position was denied. In the browser's settings allow “Location” for this address, then open the page again. Until then the desk will ask for your place by radio.",
  gpsInsecure:
    "The browser gives the position to https addresses only. Ask the administrator for one.",
  gpsFailed: "No position; go into the open. It keeps trying.",
  gpsOff: "off; you are not tracked outside a shift",
  waitingOut: (count) => `${count} messages waiting`,
  nothingWaiting: "Everything sent",
  battery: (pct) => `Battery ${pct}%`,
  awake: "Screen stays on",
  notAwake: "The screen may turn off; keep it on",
  silent: "Sound is off; touch the screen",
  lost: "The connection is lost; what you do is kept and sent once it is back.",
  noUnit: "This account belongs to no unit. Ask the administrator to set yours.",

  shift: {
    title: "Start the shift",
    lead: "From its start to its end, this device's position is sent to the dispatch desk.",
    crew: "Crew of this shift",
    name: "Name",
    role: "Role",
    gender: "Gender",
    staffNo: "Staff number",
    add: "Add a colleague",
    remove: "Remove",
    capabilities: "What the team can do today",
    ends: "Shift ends",
    start: "Start the shift",
    end: "End the shift",
    endConfirm: "End the shift? Tracking stops.",
    until: (time) => `On shift until ${time}`,
    needCrew: "Name at least one colleague.",
    needEnd: "Write the end as 18:30.",
  },

  idle: {
    ready: "Ready",
    readyLead: "An offer will sound and fill the screen.",
    outOfService: "Out of service",
    outLead: "The dispatch desk has taken this unit out of service.",
  },

  offer: {
    title: "A job is offered",
    accept: "Accept",
    decline: "Decline",
    why: "Why do you decline?",
    left: "seconds left",
    eta: (time) => `about ${time} away`,
    over: "The time to answer is over.",
    offline: "The connection is lost; your answer goes out when it is back. Tell the desk by radio too.",
    sending: "Your answer is on its way…",
    back: "Back",
  },

  job: {
    title: "Job",
    next: {
      acknowledged: "We have seen it",
      en_route: "We have set out",
      on_scene: "We have arrived",
      contact: "We have met the person",
      transporting: "We have begun the transport",
      at_destination: "We are at the destination",
      handed_over: "We have handed over",
      cleared: "The job is done",
    },
    or: "or",
    place: "Address",
    placeLoading: "Fetching the address…",
    narrative: "Narrative",
    noAddress: "No address was written; see the coordinates.",
    navigate: "Navigate",
    pending: "waiting to be sent",
    gone: "This job was taken back or is over.",
    steps: "Steps",
    placeChanged: (time: string) => `The place or the narrative was changed at ${time}: read it again and open the navigation anew.`,
    uncertainty: (distance) => `This point may be off by ${distance}.`,
    placeOver: "The time in which the address is shown after the work is over.",
  },

  lastJob: {
    title: "The job before",
    until: (time: string) => `The address is shown until ${time}, then hidden.`,
  },

  suggestion: {
    why: "your position says so",
    yes: "Yes, record it",
    no: "Not yet",
    ask: {
      acknowledged: "Have you seen the job?",
      en_route: "Have you set out?",
      on_scene: "Have you arrived?",
      contact: "Have you met the person?",
      transporting: "Have you begun the transport?",
      at_destination: "Are you at the destination?",
      handed_over: "Have you handed over?",
      cleared: "Is the job done?",
    },
  },

  vehicle: {
    notReady: "The vehicle is not ready",
    overdue: (check) => `${check}: overdue`,
    lead: "Until that is mended this unit gets no job. Tell the dispatch desk.",
  },

  track: {
    title: "This shift's way",
    lead: "What history keeps of where you were in this shift.",
    kept: (count) => `${count} positions`,
    last: (time) => `the last at ${time}`,
    stop: (time, span) => `stood from ${time} for ${span}`,
    none: "No position is kept yet.",
  },

  ask: {
    title: "Ask the desk for",
    state: { open: "asked", taken: "being seen to" },
  },

  checkIn: {
    due: (left) => `Check in within ${left}`,
    overdue: "The check-in is overdue",
    well: "We are fine",
  },

  sos: {
    hold: "Call for help: hold",
    waiting: "The call for help waits to be sent; use the radio too",
    sent: (time) => `The call for help reached the desk at ${time}`,
  },

  refusedAct: "The server refused this:",
  understood: "Understood",
};
