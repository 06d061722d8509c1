import { followRelay } from "./follow-relay.ts";
import { joinVoice } from "./join-voice.ts";
import { leaveVoice } from "./leave-voice.ts";
import { moveVoice } from "./move-voice.ts";
import { muteVoice, unmuteVoice } from "./mute-voice.ts";
import { publishVoice, subscribeVoice } from "./offer-media.ts";
import { serverMute } from "./server-mute.ts";
import { settleVoice } from "./settle-voice.ts";
import { showVoice } from "./show-voice.ts";
import { voiceJoined, voiceLeft, voiceSeated, voiceSpeaking, voiceUnseated, voiceUpdated } from "./voice.ts";

export const operations = [
  joinVoice,
  leaveVoice,
  muteVoice,
  unmuteVoice,
  publishVoice,
  subscribeVoice,
  showVoice,
  serverMute,
  moveVoice,
  settleVoice,
  followRelay,
] as const;
export const events = [voiceJoined, voiceUpdated, voiceSpeaking, voiceLeft, voiceSeated, voiceUnseated] as const;
