import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { metaValue, putMeta } from "../../storage/meta.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { byConsole } from "../users/access.ts";
import { Community, communityUpdated } from "./community.ts";
import { communityById, updateCommunityRow } from "./statements.ts";

/** Where the name stands that the settings gave when they were last read. */
export const CONFIGURED_NAME = "settings.server.name";

export const followSettings = operation({
  name: "community.follow-settings",
  summary:
    "The server itself, when it starts and when its settings are read again: the name in the settings becomes the community's if it is another than the last time. What members have changed meanwhile stays otherwise.",
  input: () => z.object({ name: z.string().trim().min(1).max(100) }),
  output: () => z.object({ community: Community, changed: z.boolean() }),
  access: { by: byConsole() },
  async run(call) {
    const { input, store, actor } = call;
    const before = (await store.one(communityById, { id: actor.community }))!;
    const seen = await store.one(metaValue, { key: CONFIGURED_NAME });
    if (seen?.value === input.name) return { community: before, changed: false };
    const batch = new Batch().add(putMeta, { key: CONFIGURED_NAME, value: input.name });
    const changed = seen !== undefined && before.name !== input.name;
    const community: Community = changed ? { ...before, name: input.name } : before;
    if (changed) {
      const { id, name, icon, banner } = community;
      batch.require(updateCommunityRow, { id, name, icon, banner });
      recordAct(batch, call, { action: "server_update", details: { name, icon, banner } });
      call.emit(batch, communityUpdated, { community: id }, { community });
    }
    await store.commit(batch);
    return { community, changed };
  },
});
