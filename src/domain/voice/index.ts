import { joinVoice } from "./join-voice.ts";
import { leaveVoice } from "./leave-voice.ts";
import { moveVoice } from "./move-voice.ts";
import { muteVoice, unmuteVoice } from "./mute-voice.ts";
import { serverMute } from "./server-mute.ts";
import { settleVoice } from "./settle-voice.ts";
import { showVoice } from "./show-voice.ts";
import { voiceJoined, voiceLeft, voiceSeated, voiceUnseated, voiceUpdated } from "./voice.ts";

export const operations = [joinVoice, leaveVoice, muteVoice, unmuteVoice, showVoice, serverMute, moveVoice, settleVoice] as const;
export const events = [voiceJoined, voiceUpdated, voiceLeft, voiceSeated, voiceUnseated] as const;
