/** Keeps the screen on during a shift, as far as the device lets it, and says whether it does. */

export class WakeLock {
  held = $state(false);
  #lock: WakeLockSentinel | null = null;

  async take(): Promise<void> {
    if (this.#lock || document.visibilityState !== "visible") return;
    try {
      this.#lock = await navigator.wakeLock.request("screen");
      this.held = true;
      this.#lock.addEventListener("release", () => this.#released());
    } catch {
      this.held = false;
    }
  }

  async release(): Promise<void> {
    await this.#lock?.release();
  }

  #released(): void {
    this.#lock = null;
    this.held = false;
  }
}
