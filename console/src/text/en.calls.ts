/** Calls and triage, in English. */
import type { faCalls } from "./fa.calls";

export const enCalls: typeof faCalls = {
  calls: {
    title: "Calls",
    take: "New call",
    answer: "Answer",
    end: "End call",
    number: (id) => `Call ${id}`,
    queued: (n) => `place ${n} in the queue`,
    status: {
      ringing: "ringing",
      answered: "speaking",
      ended: "no outcome yet",
      abandoned: "nobody answered",
    },
    gate: "What is this call?",
    toForm: "→ incident form",
    relevantWithout: "Relevant, without a new incident",
    join: "Open incident",
    joinSubmit: "Join",
    passOn: "Other desk",
    passOnSubmit: "Pass on",
    showCaller: "Show the caller",
    audited: "Each look is recorded with your name.",
    nameless: "no name",
    numberless: "no number",
    gone: "This call is done with.",
    channel: "From",
    fromCall: (id) => `from call ${id}`,
  },

  triage: {
    flags: "Signs",
    suggested: (priority) => `The rules suggest priority ${priority}`,
    because: (rules) => `because: ${rules}`,
    nothing: "The rules say nothing; the priority is yours.",
    needs: (needs) => `Suggested needs: ${needs}`,
    count: (count, need) => `${count} × ${need}`,
    why: "Why another priority",
    needReason: "You chose another priority; say why.",
    prompts: "At once",
    done: "Done",
    doneBy: (by, at) => `${by}, ${at}`,
  },
};
