/** What a key means in a call. */
export type Act = "mute" | "talk";

/** The little of a keyboard event that counts. */
export interface Key {
  readonly code: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** @param onto the element that has the focus, in capitals: who types means letters, and on a button the space bar presses it. */
export function actOf({ code, key, ctrlKey, altKey, metaKey }: Key, onto: string, pushToTalk: boolean): Act | undefined {
  if (ctrlKey || altKey || metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(onto)) return undefined;
  if (code === "Space") return pushToTalk && !/^(BUTTON|SUMMARY|A)$/.test(onto) ? "talk" : undefined;
  return key.toLowerCase() === "m" ? "mute" : undefined;
}
