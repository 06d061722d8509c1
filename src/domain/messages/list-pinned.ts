import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import type { Access } from "../../kernel/operation.ts";
import { placed, type Placed } from "../threads/access.ts";
import { Where } from "../threads/where.ts";
import { keptUnder, Message, Place } from "./message.ts";
import { presentMessages } from "./present.ts";
import { MOST_PINNED } from "./pin-message.ts";
import { pinnedInForum, pinnedMessages } from "./statements.ts";

const Input = () => z.object(Where);

const from: Access<Where, Placed> = {
  needs: "`view` in the channel",
  load: (ask) => placed(ask, "view", ["text", "forum"]),
};

export const listPinned = operation({
  name: "message.list-pinned",
  summary: "The pinned messages of a channel or a thread, newest first; of a forum the newest 250 of its threads.",
  input: Input,
  output: () => z.object({ place: Place, messages: z.array(Message) }),
  access: { from },
  async run(call) {
    const { store, actor } = call;
    const { place, channel, thread } = call.access.from;
    const rows =
      channel.kind === "forum" && !thread
        ? await store.all(pinnedInForum, { forum: channel.id, limit: MOST_PINNED })
        : await store.all(pinnedMessages, { place: keptUnder(place) });
    return { place, messages: await presentMessages(call, rows, actor.id) };
  },
});
