import type { Timers } from "../kernel/clock.ts";

/** Louder than this is speech, in dB below the loudest there is (RFC 6464 §3). Quiet rooms are at 60 and beyond. */
const QUIET = 50;
/** It lasts over the gaps between words. */
const HOLD_MS = 400;

/** Whether somebody speaks, from the levels of its packets. */
export class Speech {
  isOn = false;
  #lastLoud = 0;
  #stopWaiting = (): void => {};

  constructor(
    readonly parts: { readonly now: () => number; readonly timers: Timers },
    readonly changed: (speaking: boolean) => void,
  ) {}

  /** `level` as RFC 6464 has it: its lowest seven bits are dB below the loudest. */
  hear(level: number): void {
    if ((level & 0x7f) >= QUIET) return;
    this.#lastLoud = this.parts.now();
    if (this.isOn) return;
    this.#set(true);
    this.#wait(HOLD_MS);
  }

  /** It is silenced, or gone. */
  stop(): void {
    this.#stopWaiting();
    if (this.isOn) this.#set(false);
  }

  #wait(ms: number): void {
    this.#stopWaiting = this.parts.timers.after(ms, () => {
      const left = this.#lastLoud + HOLD_MS - this.parts.now();
      if (left > 0) this.#wait(left);
      else this.#set(false);
    });
  }

  #set(on: boolean): void {
    this.isOn = on;
    this.changed(on);
  }
}
