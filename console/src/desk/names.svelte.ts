/** Names of things on the desk, in the language of the screen. */
import type { CodeTable } from "../rest";
import { lang } from "../text/language.svelte";
import type { DeskStore } from "./desk.svelte";

export class Names {
  constructor(private readonly desk: DeskStore) {}

  county(code: string | null): string {
    const found = this.desk.ground?.counties.features.find((it) => it.properties.code === code);
    return found ? lang.name(found.properties) : (code ?? lang.text.unknown);
  }

  code(table: CodeTable, code: string): string {
    const found = this.desk.codes?.[table].find((it) => it.code === code);
    return found ? lang.name(found) : code;
  }

  unit(id: number): string {
    const found = this.desk.board.units.get(id);
    return found ? lang.digits(lang.name(found)) : lang.digits(id);
  }
}
