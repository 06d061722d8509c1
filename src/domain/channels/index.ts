import { channelCreated, channelDeleted, channelMoved, channelUpdated } from "./channel.ts";
import { createChannel } from "./create-channel.ts";
import { deleteChannel } from "./delete-channel.ts";
import { listAudience, listChannels } from "./list-channels.ts";
import { moveChannel } from "./move-channel.ts";
import { showChannel } from "./show-channel.ts";
import { setChannelPassword } from "./set-channel-password.ts";
import { updateChannel } from "./update-channel.ts";

export const operations = [
  listAudience,
  listChannels,
  showChannel,
  createChannel,
  updateChannel,
  setChannelPassword,
  moveChannel,
  deleteChannel,
] as const;
export const events = [channelCreated, channelUpdated, channelMoved, channelDeleted] as const;
