import { closeSession, openSession } from "./open-session.ts";
import { memberConnected, memberDisconnected } from "./presence.ts";

export const operations = [openSession, closeSession] as const;
export const events = [memberConnected, memberDisconnected] as const;
