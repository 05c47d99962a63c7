/** Short names for the generated wire types. */
import type { components } from "./wire";

type Schemas = components["schemas"];

export type Incident = Schemas["IncidentView"];
export type IncidentStatus = Schemas["IncidentStatus"];
export type Offer = Schemas["OfferView"];
export type Assignment = Schemas["AssignmentView"];
export type Call = Schemas["CallView"];
export type Unit = Schemas["UnitView"];
/** What the server keeps until somebody has acknowledged it. */
export type StandingAlarm = Schemas["AlarmView"];
/** What was asked of others for an incident. */
export type Task = Schemas["TaskView"];
/** What crews of an area must look out for. */
export type Broadcast = Schemas["BroadcastView"];
export type Notice = Schemas["Notice"];
export type HandOver = Schemas["HandOverView"];
/** The clock since a child was removed. */
export type Removal = Schemas["RemovalView"];
export type Referral = Schemas["ReferralView"];
export type ReferralStatus = Schemas["ReferralStatus"];
/** What can be done to a referral. */
export type AgencyAct = Schemas["ReferralAct"];
export type FollowUp = Schemas["FollowUpView"];
/** A version of what a crew found and did on scene. */
export type SceneVersion = Schemas["SceneVersionView"];
/** A place of safety: its beds, never where it is. */
export type Shelter = Schemas["ShelterView"];
/** What a closing may lack, as a refusal's context names it. */
export type Lack = "hand_over" | "prosecutor_report" | "referral_owner" | "follow_up";
/** What waits for a second person, or for a look afterwards. */
export type Approval = Schemas["ApprovalView"];
export type ApprovalStatus = Schemas["ApprovalStatus"];
export type SensitiveAct = Schemas["SensitiveAct"];
/** A field of the record that can be put right. */
export type RecordField = Schemas["RecordField"];
export type UnitStatus = Schemas["UnitStatus"];
export type CrewMember = Schemas["CrewMember"];
export type Position = Schemas["PositionRow"];
export type Milestone = Schemas["Milestone"];
export type Fact = Schemas["Fact"];
export type FactKind = Schemas["FactKind"];
/** Why a unit is not recommended. */
export type Reason = Schemas["Reason"];

/** Where a place comes from, and how far it can be trusted by its age. */
export type Basis = Schemas["Basis"];
export type Staleness = Schemas["Staleness"];
export type PlaceBasis = Schemas["PlaceBasis"];
export type DutyKind = Schemas["DutyKind"];
export type Severity = Schemas["Severity"];
/** What became of a report. */
export type Verdict = Schemas["Verdict"];

export type Welcome = Schemas["Welcome"];
export type Snapshot = Schemas["Snapshot"];
export type Facts = Schemas["Facts"];
export type Tick = Schemas["Tick"];
export type Coverage = Schemas["Coverage"];
export type CoverageView = Schemas["CoverageView"];
export type CountyCover = Schemas["CountyCover"];
export type MoveUp = Schemas["MoveUp"];
/** A county that no free unit reaches in time. */
export type Uncovered = Schemas["Uncovered"];
/** Why a unit is put back in the order. */
export type Cause = Schemas["Cause"];
export type Pong = Schemas["Pong"];
export type Wrong = Schemas["Wrong"];
export type ConsoleOut = Welcome | Snapshot | Facts | Tick | Coverage | Pong | Wrong;

export type FixReport = Schemas["FixReport"];
export type Fixes = Schemas["Fixes"];
export type Answer = Schemas["Answer"];
export type Report = Schemas["Report"];
export type Dismiss = Schemas["Dismiss"];
export type CheckingIn = Schemas["CheckingIn"];
export type Asking = Schemas["Asking"];
export type Receipt = Schemas["Receipt"];
export type Hint = Schemas["Hint"];
export type UnitState = Schemas["UnitState"];
export type UnitWelcome = Schemas["UnitWelcome"];
export type State = Schemas["State"];
export type Ack = Schemas["Ack"];
export type Done = Schemas["Done"];
export type Refused = Schemas["Refused"];
export type UnitOut = UnitWelcome | State | Hint | Ack | Done | Refused | Pong | Wrong;
