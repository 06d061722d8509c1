import { channelCreated } from "./channel.ts";
import { listAudience, listChannels } from "./list-channels.ts";

export const operations = [listAudience, listChannels] as const;
export const events = [channelCreated] as const;
