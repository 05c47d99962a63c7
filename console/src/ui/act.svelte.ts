/** One thing a person does to the server: running or not, and refused or not, beside its button. */
import { untrack } from "svelte";
import { problemOf, type Problem } from "../problem";
import { signedIn } from "../signin/session.svelte";

export class Act {
  busy = $state(false);
  problem = $state<Problem | null>(null);

  /** Run it once; true when the server did it. A second press while running does nothing. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (untrack(() => this.busy)) return false;
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.#refused(problemOf(thrown));
      return false;
    } finally {
      this.busy = false;
    }
  }

  forget(): void {
    this.problem = null;
  }

  #refused(problem: Problem): void {
    this.problem = problem;
    if (problem.status === 401 && signedIn.stage === "in") signedIn.lost();
  }
}
