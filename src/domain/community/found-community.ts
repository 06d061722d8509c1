import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { putMeta } from "../../storage/meta.ts";
import { Batch } from "../../storage/store.ts";
import type { Channel } from "../channels/channel.ts";
import { addChannel } from "../channels/add-channel.ts";
import { insertRole } from "../roles/statements.ts";
import { permitted } from "../users/access.ts";
import { nameKey } from "../users/user.ts";
import { Community } from "./community.ts";
import { CONFIGURED_NAME } from "./follow-settings.ts";
import { communityBySlug, insertCommunity } from "./statements.ts";
import { FIRST_CHANNELS, FIRST_ROLES } from "./first.ts";

export const foundCommunity = operation({
  name: "community.found",
  summary: "Make a community with its first roles and channels; one that exists already is given back as it is.",
  input: () =>
    z.object({
      slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "community.slug"),
      name: z.string().trim().min(1).max(100),
    }),
  output: () => z.object({ community: Community, founded: z.boolean() }),
  access: { by: permitted("administrator") },
  async run({ input, store, id, now }) {
    const before = await store.one(communityBySlug, { slug: input.slug });
    if (before) return { community: before, founded: false };
    const community: Community = { id: id(), slug: input.slug, name: input.name, icon: null, banner: null };
    const at = now();
    const batch = new Batch()
      .add(insertCommunity, { ...community, at })
      .add(putMeta, { key: CONFIGURED_NAME, value: community.name });
    FIRST_ROLES.forEach((role, position) =>
      batch.add(insertRole, {
        id: id(),
        community: community.id,
        key: nameKey(role.name),
        name: role.name,
        description: role.description,
        color: role.color,
        hoisted: role.hoisted ? 1 : 0,
        self_assignable: 0,
        category: null,
        position,
        permissions: JSON.stringify(role.permissions),
      }),
    );
    FIRST_CHANNELS.forEach((first, position) => {
      const channel: Channel = {
        id: id(),
        displayName: null,
        icon: null,
        size: null,
        position,
        userLimit: 0,
        slowMode: 0,
        retention: "forever",
        listed: true,
        locked: false,
        ...first,
      };
      addChannel(batch, community.id, channel, at, id());
    });
    await store.commit(batch);
    return { community, founded: true };
  },
});
