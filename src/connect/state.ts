import type { Found } from "./found.ts";
import type { WireCommand, WireMessage } from "./frames.ts";
import type { LinkNews } from "./link.ts";
import type { Room } from "./rooms.ts";

/** Something said to this user alone: by the server, by this client. */
export interface Notice {
  readonly text: string;
  readonly good: boolean;
  /** The message that was the newest in the room then; it stands below that. */
  readonly after: string | undefined;
}

export interface ChatState {
  readonly link: LinkNews;
  /** Why there is no connection, also while it is tried again; empty where there is one. */
  readonly trouble: string;
  /** When it is tried again. */
  readonly retryAt: number;
  /** What the server calls itself. */
  readonly server: string;
  /** This user's username. */
  readonly me: string;
  readonly roles: readonly string[];
  /** In the server's order, each forum followed by its threads. */
  readonly rooms: readonly Room[];
  /** The key of the room that is looked at. */
  readonly room: string;
  /** Whether anybody looks: of several servers only one is in front. */
  readonly front: boolean;
  /** Whether the terminal has said that another window has the keyboard. */
  readonly away: boolean;
  /** The message, in a forum the thread, that was chosen to do something with. */
  readonly selected: string | undefined;
  readonly people: readonly string[];
  readonly commands: readonly WireCommand[];
  readonly notices: readonly Notice[];
  /** Direct messages that were heard: they bring no ids. */
  readonly directs: number;
  /** What was looked for; undefined after somebody went elsewhere. */
  readonly found: Found | undefined;
  /** How often somebody called upon this user, or wrote to them alone, in a room they did not look at. */
  readonly calls: number;
}
export const NOBODY_YET: ChatState = {
  link: { is: "connecting" },
  trouble: "",
  retryAt: 0,
  server: "",
  me: "",
  roles: [],
  rooms: [],
  room: "",
  front: true,
  away: false,
  selected: undefined,
  people: [],
  commands: [],
  notices: [],
  directs: 0,
  found: undefined,
  calls: 0,
};

export const roomOf = (state: ChatState, key: string): Room | undefined => state.rooms.find((room) => room.key === key);
export const inRoom = (state: ChatState, key: string, change: (room: Room) => Room): ChatState => ({
  ...state,
  rooms: state.rooms.map((room) => (room.key === key ? change(room) : room)),
});
/** Whether somebody looks at what is being said in a room now, not at another room or at what was said long ago. */
export const isSeen = (state: ChatState, key: string): boolean =>
  state.front && !state.away && state.room === key && !state.found?.listed && roomOf(state, key)?.upToDate !== false;

/** Whether a message calls upon this user. */
export const callsUpon = ({ pings }: WireMessage, { me, roles }: Pick<ChatState, "me" | "roles">): boolean =>
  !!pings && (pings.users.includes(me) || pings.replies.includes(me) || pings.roles.some((role) => roles.includes(role)));

/** The rooms that are listed: of threads those that this user takes part in, has been called to, or looks at. */
export const listedRooms = ({ rooms, room: here }: Pick<ChatState, "rooms" | "room">): readonly Room[] =>
  rooms.filter(
    ({ key, thread, unread, called }) => !thread || key === here || unread > 0 || called || (thread.mine && !thread.archived),
  );

/** What is unread on a server, and whether somebody called. */
export const unreadOf = ({ rooms }: Pick<ChatState, "rooms">): { readonly unread: number; readonly called: boolean } => ({
  unread: rooms.reduce((sum, one) => sum + one.unread, 0),
  called: rooms.some(({ called }) => called),
});

/** Whether nothing goes on before somebody gives the password. */
export const wantsPassword = ({ link }: ChatState): boolean => link.is === "locked" || (link.is === "refused" && link.reached);
