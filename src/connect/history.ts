import { type Frame, InPlace, Messages, type WireMessage } from "./frames.ts";
import { Refused } from "./refused.ts";
import { keyOf, type Page, placeOf, type Room } from "./rooms.ts";

const PAGE = 100;
/** Messages on each side of one that is gone to. */
const BESIDE = 50;
/** The most that one answer has (reference/originchats.md §2.1). */
const LONGEST_PAGE = 200;
/** Pages that are fetched to close a gap; beyond them the room begins anew. */
const MOST_GAP_PAGES = 10;

/** Fetches what was said before, a page at a time; several calls at once for the same page are one. */
export class History {
  readonly #fetching = new Set<string>();

  constructor(
    private readonly of: {
      readonly ask: (frame: Frame) => Promise<Frame>;
      readonly put: (page: Page & { readonly room: string }) => void;
    },
  ) {}

  /** The newest page in the place of all that is there. The server takes it as read. */
  async newest(room: Room): Promise<void> {
    const messages = await this.#messages({ cmd: "messages_get", ...placeOf(room), limit: PAGE });
    this.of.put({ room: room.key, messages, as: "fresh", beginning: messages.length < PAGE });
  }

  /** A message with its neighbours in the place of all that is there; gives the key of the room in which it is. */
  async around(place: { readonly channel: string; readonly thread_id?: string | undefined }, id: string): Promise<string> {
    const answer = await this.of.ask({ cmd: "messages_around", ...place, around: id, bounds: { above: BESIDE, below: BESIDE } });
    const { messages } = Messages.parse(answer);
    const room = keyOf(InPlace.parse({ ...place, ...answer }));
    const at = messages.findIndex((one) => one.id === id);
    if (at === -1) throw new Refused("That message is no longer there.");
    this.of.put({
      room,
      messages,
      as: "around",
      beginning: at < BESIDE,
      upToDate: messages.length - at - 1 < BESIDE,
    });
    return room;
  }

  /** The page before the oldest message; nothing at the beginning. */
  async older(room: Room): Promise<void> {
    const oldest = room.messages.find(({ ephemeral }) => !ephemeral);
    if (room.beginning || !oldest) return;
    await this.#once(`older ${room.key}`, async () => {
      const messages = await this.#around(room, oldest.id, { above: 0, below: PAGE });
      this.of.put({ room: room.key, messages, as: "older", beginning: messages.length <= PAGE });
    });
  }

  /** The page after the newest message that is kept, where there are newer ones. */
  async newer(room: Room): Promise<void> {
    const newest = room.messages.findLast(({ ephemeral }) => !ephemeral);
    if (room.upToDate || !newest) return;
    await this.#once(`newer ${room.key}`, async () => {
      const messages = await this.#around(room, newest.id, { above: PAGE, below: 0 });
      this.of.put({ room: room.key, messages, as: "newer", upToDate: messages.length <= PAGE });
    });
  }

  /** What was posted since the newest message, page by page; what was changed or deleted meanwhile among the last hundred. */
  async fillGap(room: Room): Promise<void> {
    const newest = await this.#messages({ cmd: "messages_get", ...placeOf(room), limit: PAGE });
    const present = new Set(newest.map(({ id }) => id));
    let from = room.messages.findLast(({ ephemeral }) => !ephemeral)?.id;
    try {
      for (let pages = 0; from !== undefined && !present.has(from); pages++) {
        if (pages === MOST_GAP_PAGES) throw new Refused("The gap is too long.");
        const messages = await this.#around(room, from, { above: LONGEST_PAGE, below: 0 });
        const last = messages.at(-1)?.id;
        if (last === from) break;
        this.of.put({ room: room.key, messages, as: "newer" });
        from = last;
      }
      this.of.put({ room: room.key, messages: newest, as: "newest" });
    } catch (why) {
      // The message it would have gone on from is gone, or too many have come since.
      if (!(why instanceof Refused)) throw why;
      this.of.put({ room: room.key, messages: newest, as: "fresh", beginning: newest.length < PAGE });
    }
  }

  #around(room: Room, around: string, bounds: { above: number; below: number }): Promise<readonly WireMessage[]> {
    return this.#messages({ cmd: "messages_around", ...placeOf(room), around, bounds });
  }
  async #messages(frame: Frame): Promise<readonly WireMessage[]> {
    return Messages.parse(await this.of.ask(frame)).messages;
  }
  async #once(key: string, act: () => Promise<void>): Promise<void> {
    if (this.#fetching.has(key)) return;
    this.#fetching.add(key);
    try {
      await act();
    } finally {
      this.#fetching.delete(key);
    }
  }
}
