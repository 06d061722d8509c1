import { beginAttendance, endAttendance, leaveChannel } from "./attend.ts";
import { channelEntered, channelLeft, directMessageSent } from "./attendance.ts";
import { openDirectMessage, sendDirectMessage } from "./direct-message.ts";
import { enterChannel } from "./enter-channel.ts";
import { listAttendants } from "./list-attendants.ts";

export const operations = [
  beginAttendance,
  endAttendance,
  enterChannel,
  leaveChannel,
  listAttendants,
  openDirectMessage,
  sendDirectMessage,
] as const;
export const events = [channelEntered, channelLeft, directMessageSent] as const;
