/** Who is signed in, and what to show in front of the pages. */
import { Kept } from "../crew/kept";
import { problemOf, type Problem } from "../problem";
import { session as rest, type Session } from "../rest";

const kept = new Kept(localStorage);

type Stage = "asking" | "out" | "new-password" | "in" | "unreachable";

class SignedIn {
  stage = $state<Stage>("asking");
  who = $state<Session | null>(null);
  /** The sign-in ended by itself, and the person should know. */
  expired = $state(false);
  /** The one-time password, held only until a new one is set. */
  #oneTime = "";

  async ask(): Promise<void> {
    try {
      this.#enter(await rest.read());
    } catch (thrown) {
      this.#stay(problemOf(thrown));
    }
  }

  async open(name: string, password: string): Promise<void> {
    this.#oneTime = password;
    this.#enter(await rest.open(name, password));
  }

  async setPassword(next: string): Promise<void> {
    await rest.changePassword(this.#oneTime, next);
    this.#oneTime = "";
    this.#enter(await rest.read());
  }

  /** The one-time password is no longer known (the page was loaded again): sign in anew. */
  get oneTimeKnown(): boolean {
    return this.#oneTime !== "";
  }

  async end(): Promise<void> {
    await rest.end().catch(() => undefined);
    sessionStorage.clear();
    this.#leave(false);
  }

  /** The server no longer knows this sign-in. */
  lost(): void {
    this.#leave(true);
  }

  /** Ask whether the sign-in still holds; leave the pages when it does not. */
  async check(): Promise<void> {
    try {
      await rest.read();
    } catch (thrown) {
      if (problemOf(thrown).status === 401) this.lost();
    }
  }

  #enter(who: Session): void {
    kept.keepWho(who);
    this.who = who;
    this.expired = false;
    this.stage = who.must_change_password ? "new-password" : "in";
    if (this.stage === "in") this.#oneTime = "";
  }

  #leave(expired: boolean): void {
    kept.forget();
    this.who = null;
    this.expired = expired;
    this.stage = "out";
  }

  /** A team goes on without a network as whoever it was; its link says when that ends. */
  #stay(problem: Problem): void {
    const { who } = kept;
    const isOffline = problem.code === "unreachable" && location.pathname === "/team";
    if (isOffline && who) return this.#enter(who);
    if (problem.status === 401) kept.forget();
    this.stage = problem.status === 401 ? "out" : "unreachable";
  }
}

export const signedIn = new SignedIn();
