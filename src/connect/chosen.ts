import { threadsOf } from "./rooms.ts";
import { type ChatState, roomOf } from "./state.ts";

/** What a key does with the chosen message: a line that is begun for it, or done at once. */
export interface Act {
  readonly key: string;
  readonly does: string;
  /** The line that is written, to be finished and sent. */
  readonly begins?: (content: string) => string;
  /** The line that is obeyed at once. */
  readonly says?: string;
}

/** `d` writes a line too: Enter is the second thought. */
export const ACTS: readonly Act[] = [
  { key: "r", does: "reply", begins: () => ":reply % " },
  { key: "a", does: "react", begins: () => ":react % " },
  { key: "e", does: "edit", begins: (content) => `:edit % ${content}` },
  { key: "d", does: "delete", begins: () => ":delete %" },
  { key: "p", does: "pin", says: ":pin %" },
  { key: "s", does: "save file", begins: () => ":save % " },
  { key: "i", does: "its id", says: ":id %" },
];

/** What can be chosen: the messages of a room, the threads of a forum, what was found. */
function choices(state: ChatState): readonly string[] {
  if (state.found?.listed) return state.found.hits.map(({ message }) => message.id);
  const room = roomOf(state, state.room);
  if (room?.kind === "forum") return threadsOf(state.rooms, room.name).map(({ key }) => key);
  // Nothing can be done with what is kept nowhere.
  if (room?.kind === "direct") return [];
  return (room?.messages ?? []).filter(({ ephemeral }) => !ephemeral).map(({ id }) => id);
}

/** What is chosen after a step up or down, from `start` where nothing was; undefined below the last. */
export function chosenAfter(state: ChatState, direction: "up" | "down", start: string | undefined): string | undefined {
  const ids = choices(state);
  const at = state.selected === undefined ? -1 : ids.indexOf(state.selected);
  if (at === -1) return direction === "down" ? undefined : (ids.find((id) => id === start) ?? ids.at(-1));
  if (direction === "up") return ids[Math.max(0, at - 1)];
  return ids[at + 1] ?? (state.found?.listed ? ids[at] : undefined);
}
