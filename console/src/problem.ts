/** A refusal as problem details (RFC 9457), whether it came by HTTP or by socket. */

export interface Problem {
  code: string;
  status: number;
  detail: string;
  errors?: { field: string; fault: string }[];
  context?: Record<string, unknown>;
}

export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
  }
}

/** The problem behind anything thrown; what the server did not say is told as unreachable. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Refusal) return thrown.problem;
  return { code: "unreachable", status: 0, detail: "" };
}

/** The problem in a response's body, or a general one when there is none. */
export function readProblem(status: number, body: unknown): Problem {
  if (isProblem(body)) return { ...body, status };
  return { code: status >= 502 ? "unreachable" : "unexpected", status, detail: `HTTP ${status}` };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
