/** Keeps the screen of a phone on: with it off, the browser takes the microphone away. */
export class Awake {
  #isWanted = false;
  #lock: WakeLockSentinel | undefined;

  constructor() {
    // The browser lets go of it whenever the page is not to be seen.
    document.addEventListener("visibilitychange", () => void this.#settle());
  }

  want(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    void this.#settle();
  }

  async #settle(): Promise<void> {
    if (!this.#isWanted) {
      await this.#lock?.release();
      this.#lock = undefined;
    } else if (document.visibilityState === "visible" && (this.#lock?.released ?? true)) {
      // A battery that runs low is a reason to refuse; the call goes on without.
      this.#lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
      if (!this.#isWanted) await this.#settle();
    }
  }
}
