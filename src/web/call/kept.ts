/** What this browser remembers for the next time. No password is among it. */
export interface Kept {
  readonly name: string;
  readonly microphone: string;
  readonly pushToTalk: boolean;
}

const PLACE = "chat.call";
const LONGEST = 200;

export function readKept(text: string | null): Kept {
  let kept: Partial<Record<keyof Kept, unknown>> = {};
  try {
    kept = Object(JSON.parse(text ?? "{}")) as typeof kept;
  } catch {
    // Somebody else's: as if there were nothing.
  }
  const said = (value: unknown) => (typeof value === "string" ? value.slice(0, LONGEST) : "");
  return { name: said(kept.name), microphone: said(kept.microphone), pushToTalk: kept.pushToTalk === true };
}

/** A browser may refuse to keep anything; then it is forgotten with the page. */
export const loadKept = (): Kept => readKept(attempt(() => localStorage.getItem(PLACE)) ?? null);
export const saveKept = (kept: Kept): void => attempt(() => localStorage.setItem(PLACE, JSON.stringify(kept)));

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
