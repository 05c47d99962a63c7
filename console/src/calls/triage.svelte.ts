/** What the rules suggest for the form as it stands; taken over until the person chooses. */
import type { Problem } from "../problem";
import * as rest from "../rest";
import { ask } from "../ui/ask";
import type { IntakeForm } from "../desk/intake.svelte";

interface Given {
  priority: string;
  needs: readonly string[];
}

/** An empty form: its priority is nobody's choice yet. */
const AT_FIRST: Given = { priority: "2", needs: [] };

export class TriageOfDraft {
  suggestion = $state.raw<rest.Suggestion | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly priority = $derived(this.suggestion?.priority ?? null);
  /** What was taken over from the suggestion before; anything else is the person's own choice. */
  #given: Given = AT_FIRST;

  constructor(private readonly form: IntakeForm) {
    $effect(() => this.#ask());
  }

  #ask(): (() => void) | void {
    const { group } = this.form.draft;
    const flags = [...this.form.draft.flags];
    this.problem = null;
    if (!this.form.shown || group === "" || !this.form.canAsk) {
      this.suggestion = null;
      if (group === "") this.#given = AT_FIRST;
      return;
    }
    return ask(
      () => rest.triage(group, flags),
      (suggestion) => this.#suggested(suggestion),
      (problem) => (this.problem = problem),
    );
  }

  /** What the form says now is the person's own choice: another call's form was taken up. */
  keepChoice(): void {
    this.#given = { priority: "", needs: [] };
  }

  #suggested(suggestion: rest.Suggestion): void {
    const { draft } = this.form;
    const given = this.#given;
    const { priority } = suggestion;
    const needs = suggestion.needs.map(({ capability }) => capability);
    this.suggestion = suggestion;
    if (priority !== null && draft.priority === given.priority) draft.priority = String(priority);
    if (given.needs.every((need) => draft.needs.includes(need))) {
      const own = draft.needs.filter((need) => !given.needs.includes(need));
      draft.needs = [...new Set([...own, ...needs])];
    }
    this.#given = { priority: String(priority ?? draft.priority), needs };
  }
}
