import type { Found, Hit } from "./found.ts";
import type { History } from "./history.ts";
import { Refused } from "./refused.ts";
import { keyOf, placeOf, type Room } from "./rooms.ts";
import { type ChatState, isSeen, roomOf } from "./state.ts";
import type { ChatInput } from "./store.ts";

/** What was looked for in a conversation: a list, the way to one of it, and the way back. */
export class Finding {
  constructor(
    private readonly of: {
      readonly state: () => ChatState;
      readonly history: History;
      readonly put: (input: ChatInput) => void;
      /** Tells the server that a room was read. */
      readonly read: (room: Room) => void;
    },
  ) {}

  /** Lists what was found, to go to it; of nothing it says so. */
  show(what: string, hits: readonly Hit[], none: string): void {
    if (hits.length) this.list({ what, hits, listed: true });
    else this.of.put({ type: "notice", text: none, good: true });
  }
  /** Lists again what was found; undefined ends it. */
  list(found: Found | undefined): void {
    this.of.put({ type: "found", found: found && { ...found, listed: true } });
  }
  /** Looks at a message that was found, where it was said, with what was said before and after. @throws {Refused} */
  async go({ message: { id }, place }: Hit): Promise<void> {
    const { state, history, put } = this.of;
    const known = roomOf(state(), keyOf(place));
    const there = known?.messages.some((one) => one.id === id);
    const key = there ? known!.key : await history.around(place, id);
    const room = roomOf(state(), key);
    if (!room) throw new Refused("You cannot look at the room of that message.");
    put({ type: "jump", room: key, id });
    this.#seen(room);
  }
  /** Goes back to where somebody was: a room, and the message that they looked at there, else what is being said there now. */
  async back(key: string, id: string | undefined): Promise<void> {
    const { state, history, put } = this.of;
    const room = roomOf(state(), key);
    const kept = room && room.kind !== "forum" && room.kind !== "direct";
    try {
      // What was found is seen until then.
      if (kept && id !== undefined && !room.messages.some((one) => one.id === id)) await history.around(placeOf(room), id);
      else if (kept && id === undefined && !(room.loaded && room.upToDate)) await history.newest(room);
    } finally {
      this.list(undefined);
      if (room && key !== state().room) put({ type: "enter", room: key });
      if (room) this.#seen(room);
    }
  }

  #seen(room: Room): void {
    if (isSeen(this.of.state(), room.key)) this.of.read(room);
  }
}
