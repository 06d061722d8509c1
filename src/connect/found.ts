import type { WireMessage } from "./frames.ts";

/** A message that was looked for, and where it is; of a search in a forum the thread is not told. */
export interface Hit {
  readonly message: WireMessage;
  readonly place: { readonly channel: string; readonly thread_id?: string | undefined };
  /** What the place is called, where they are not all in the same. */
  readonly title: string;
}

/** Messages that were looked for, to go to one of them and come back. */
export interface Found {
  /** What they are: `3 messages with "fox" in #general`. */
  readonly what: string;
  /** The oldest first; at least one. */
  readonly hits: readonly Hit[];
  /** Whether they are listed; else one of them is looked at where it was said. */
  readonly listed: boolean;
  /** The message that was gone to last. */
  readonly last?: string;
}

/** The list without a message that was deleted; nothing where it was the only one. */
export function without(found: Found | undefined, id: string): Found | undefined {
  const hits = found?.hits.filter(({ message }) => message.id !== id);
  return found && hits?.length ? { ...found, hits } : undefined;
}
