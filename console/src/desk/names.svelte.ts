/** Names of things on the desk, in the language of the screen. */
import type { CodeTable, Codes, Ground } from "../rest";
import type { Fact, Unit, Verdict } from "../types";
import { lang } from "../text/language.svelte";
import { shortDate } from "../time/jalali";

const REASON_TABLES: readonly CodeTable[] = [
  "decline_reason",
  "stand_down_reason",
  "divert_reason",
  "hold_reason",
  "withdraw_reason",
  "reopen_reason",
  "priority_reason",
  "assign_reason",
  "out_of_service_reason",
  "place_reason",
  "prompt",
  "check_in_reason",
  "task_result",
  "task_refusal",
  "task_withdrawal",
  "request_kind",
  "handoff_reason",
  "handoff_refusal",
  "take_over_reason",
  "transfer_reason",
  "transfer_end_reason",
  "correction_reason",
  "approval_reason",
  "approval_refusal",
  "alone_reason",
  "hand_over_receiver",
  "removal_reason",
  "removal_correct_reason",
  "referral_reason",
  "referral_refuse_reason",
  "referral_withdraw_reason",
  "referral_close_reason",
  "follow_up_kind",
  "follow_up_outcome",
  "postpone_reason",
  "no_follow_up_reason",
  "scene_correct_reason",
  "broadcast_withdraw_reason",
];

/** Where the names are from: the desk, or the administrator's page. */
export interface Known {
  ground: Ground | null;
  codes: Codes | null;
  board: { units: ReadonlyMap<number, Unit> };
}

export class Names {
  constructor(private readonly desk: Known) {}

  county(code: string | null): string {
    const found = this.desk.ground?.counties.features.find((it) => it.properties.code === code);
    return found ? lang.name(found.properties) : (code ?? lang.text.unknown);
  }

  code(table: CodeTable, code: string): string {
    const found = this.desk.codes?.[table]?.find((it) => it.code === code);
    return found ? lang.name(found) : code;
  }

  /** What was recorded in a field, by its name where it is a word of a code list. */
  recorded(field: string, value: string): string {
    if (field === "group") return this.code("target_group", value);
    if (field === "disposition" || field === "priority") return this.code(field, value);
    return value;
  }

  /** A reason by its name, by its code where it has none here. */
  reason(reason: string): string {
    const written = lang.text.systemReasons[reason];
    if (written) return written;
    const tables = REASON_TABLES.map((table) => this.code(table, reason));
    return tables.find((name) => name !== reason) ?? reason;
  }

  /** A dated rule (``name@2020-01-01``) in words. */
  rule(rule: string): string {
    const [name = rule, date] = rule.split("@");
    const known = lang.text.recommend.rules[name] ?? name;
    return date ? lang.text.recommend.since(known, lang.digits(shortDate(new Date(date)))) : known;
  }

  /** What speaks against a vehicle. */
  notReady(what: string): string {
    return what === "defect" ? lang.text.vehicle.defect : this.code("check_kind", what);
  }

  centre(code: string): string {
    const found = this.desk.ground?.centres.find((it) => it.code === code);
    return found ? lang.name(found) : code;
  }

  verdict(code: string): string {
    return lang.text.verdict[code as Verdict] ?? code;
  }

  /** What a device calls out. */
  alarm(word: string | null): string {
    return lang.text.sos.words[(word ?? "").toLowerCase()] ?? word ?? "";
  }

  /** What happened, with what only its kind can tell. */
  fact(fact: Pick<Fact, "kind" | "by" | "reason" | "milestone" | "unit">): string {
    const sentence = lang.text.facts[fact.kind];
    const more = this.#more(fact);
    return more ? `${sentence}: ${more}` : sentence;
  }

  #more({ kind, by, reason, milestone, unit }: Pick<Fact, "kind" | "by" | "reason" | "milestone" | "unit">): string {
    if (milestone) return lang.text.milestone[milestone];
    if (kind === "county_crossed") return this.county(reason);
    if (kind === "fix_released") return this.verdict(reason ?? "");
    if (kind === "unit_alarmed") return this.alarm(reason);
    if (kind === "alarm_acknowledged") return by;
    if (kind === "unit_duty_changed") return unit?.duty ? lang.text.duty[unit.duty] : "";
    if (kind === "unit_readiness_changed" && unit) {
      return unit.ready ? lang.text.vehicle.ready : unit.not_ready.map((it) => this.notReady(it)).join(lang.text.comma);
    }
    return reason ? this.reason(reason) : "";
  }

  unit(id: number): string {
    const found = this.desk.board.units.get(id);
    return found ? lang.digits(lang.name(found)) : lang.digits(id);
  }
}
