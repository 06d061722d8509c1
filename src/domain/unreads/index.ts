import { listPings } from "./list-pings.ts";
import { countUnread, listUnreads } from "./list-unreads.ts";
import { moveReadMark } from "./move-read-mark.ts";
import { readMarkMoved } from "./read-mark.ts";

export const operations = [listUnreads, countUnread, moveReadMark, listPings] as const;
export const events = [readMarkMoved] as const;
