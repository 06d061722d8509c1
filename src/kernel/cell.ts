/**
 * State that belongs to one process and may be lost with it: who is connected, who is typing, who sits in a voice room.
 * Declared by the feature that needs it, held by the world that calls it, so that two instances in one process never meet.
 */
export interface Cell<T> {
  readonly name: string;
  readonly make: () => T;
}
export const cell = <T>(name: string, make: () => T): Cell<T> => ({ name, make });

export class Cells {
  readonly #held = new Map<Cell<unknown>, unknown>();
  of<T>(which: Cell<T>): T {
    let held = this.#held.get(which) as T | undefined;
    if (held === undefined) this.#held.set(which, (held = which.make()));
    return held;
  }
}
