/** The server's present, a second at a time; this machine's clock may be wrong. */

class Now {
  #offsetMs = 0;
  /** Milliseconds since 1970 by the server's clock. */
  ms = $state(Date.now());

  constructor() {
    setInterval(() => this.refresh(), 1000);
  }

  /** A message that the server stamped `serverAt` has just come. */
  learn(serverAt: string): void {
    this.#offsetMs = Date.parse(serverAt) - Date.now();
  }

  refresh(): void {
    this.ms = Date.now() + this.#offsetMs;
  }

  /** Seconds from `at` until now; negative when it lies ahead. */
  since(at: string | number): number {
    return (this.ms - (typeof at === "number" ? at : Date.parse(at))) / 1000;
  }
}

export const now = new Now();
