import { closeSession, openSession } from "./open-session.ts";
import { memberConnected, memberDisconnected, statusChanged } from "./presence.ts";
import { setStatus } from "./set-status.ts";

export const operations = [openSession, closeSession, setStatus] as const;
export const events = [memberConnected, memberDisconnected, statusChanged] as const;
