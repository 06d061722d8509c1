import { banMember } from "./ban-member.ts";
import { kickMember } from "./kick-member.ts";
import { listBans } from "./list-bans.ts";
import { modlogRecorded } from "./modlog.ts";
import { memberBanned, memberKicked, memberTimedOut, memberUnbanned, messagePurged, sessionEnded } from "./moderation.ts";
import { resetRateLimit, showRateLimit } from "./rate-limit.ts";
import { listModlog, summarizeModlog } from "./read-modlog.ts";
import { timeOutMember } from "./time-out-member.ts";
import { unbanMember } from "./unban-member.ts";

export const operations = [
  banMember,
  unbanMember,
  kickMember,
  timeOutMember,
  listBans,
  showRateLimit,
  resetRateLimit,
  listModlog,
  summarizeModlog,
] as const;
export const events = [
  modlogRecorded,
  memberBanned,
  memberUnbanned,
  memberKicked,
  memberTimedOut,
  sessionEnded,
  messagePurged,
] as const;
