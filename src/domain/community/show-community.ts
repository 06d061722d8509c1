import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { read } from "../../storage/store.ts";
import { channelsOf, channelView } from "../channels/statements.ts";
import { connected } from "../presence/presence.ts";
import { decideIn } from "../roles/permissions.ts";
import { rolesOf } from "../roles/statements.ts";
import { heldRole } from "../users/access.ts";
import { nameKey } from "../users/user.ts";
import { Community } from "./community.ts";
import { communityById } from "./statements.ts";

const countMembers = read<{ community: string; now: number }, { n: number }>(
  `select count(*) as n from member m where m.community = :community and not exists (
     select 1 from ban b where b.community = m.community and b.user_ = m.user_ and (b.until is null or b.until > :now))`,
  "n",
);
const seenOf = read<{ community: string; users: readonly string[] }, { user_: string }>(
  `select user_ from member where community = :community and user_ in :users[] and status <> 'invisible'`,
);

export const showCommunity = operation({
  name: "community.show",
  summary: "Name, pictures and size of the community, as anybody may know them: no hidden channels, no invisible members.",
  input: () => z.object({}),
  output: () =>
    z.object({
      community: Community,
      /** Not counting the banned. */
      members: z.number(),
      /** Members who are here, and their sessions. */
      online: z.number(),
      sessions: z.number(),
      /** Those that a newcomer may view. */
      channels: z.number(),
      roles: z.number(),
    }),
  access: {},
  async run({ actor, store, settings, now, cell }) {
    const community = await store.one(communityById, { id: actor.community });
    if (!community) throw new Refusal("not-found", "community");
    const here = cell(connected);
    const [count, roles, channels, seen] = await Promise.all([
      store.one(countMembers, { community: community.id, now: now() }),
      store.all(rolesOf, { community: community.id }),
      store.all(channelsOf, { community: community.id }),
      store.all(seenOf, { community: community.id, users: [...here.keys()] }),
    ]);
    const first = new Set(settings.cracked.default_roles.map(nameKey));
    const newcomer = {
      roles: roles.filter((role) => first.has(nameKey(role.name))).map((role) => heldRole({ ...role, user_: "" })),
    };
    return {
      community,
      members: count?.n ?? 0,
      online: seen.length,
      sessions: seen.reduce((sum, { user_ }) => sum + (here.get(user_)?.length ?? 0), 0),
      channels: channels.filter((row) => decideIn(newcomer, channelView(row).rules, "view").allowed).length,
      roles: roles.length,
    };
  },
});
