import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { permitted } from "../users/access.ts";
import { Community, communityUpdated } from "./community.ts";
import { communityById, updateCommunityRow } from "./statements.ts";

const Picture = z
  .string()
  .trim()
  .max(2000)
  .refine((url) => url === "" || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)), "community.picture")
  .transform((url) => url || null);

export const updateCommunity = operation({
  name: "community.update",
  summary: "Change the community's name or pictures; null takes a picture away and gives back the configured name.",
  input: z.object({
    name: z
      .string()
      .trim()
      .min(1, "community.name")
      .max(100, "community.name")
      .refine((name) => !/\p{C}/u.test(name), "community.name")
      .nullable()
      .optional(),
    icon: Picture.nullable().optional(),
    banner: Picture.nullable().optional(),
  }),
  output: z.object({ community: Community }),
  access: { by: permitted("manage_server") },
  async run(call) {
    const { input, store, actor, settings } = call;
    if (input.name === undefined && input.icon === undefined && input.banner === undefined)
      throw new Refusal("invalid-input", "community.no-updates");
    const before = (await store.one(communityById, { id: actor.community }))!;
    const community: Community = {
      ...before,
      ...(input.name !== undefined && { name: input.name ?? settings.server.name }),
      ...(input.icon !== undefined && { icon: input.icon }),
      ...(input.banner !== undefined && { banner: input.banner }),
    };
    const { id, name, icon, banner } = community;
    const batch = new Batch().require(updateCommunityRow, { id, name, icon, banner });
    recordAct(batch, call, { action: "server_update", details: { name, icon, banner } });
    call.emit(batch, communityUpdated, { community: id }, { community });
    await store.commit(batch);
    return { community };
  },
});
