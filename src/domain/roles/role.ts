import { z } from "zod";
import { eventType } from "../../kernel/event.ts";
import { MemberView } from "../users/user.ts";

/** A role of the community (reference/originchats.md §5.4). */
export const Role = z.lazy(() =>
  z.object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    /** `#RRGGBB` */
    color: z.string().nullable(),
    /** Whether members are listed under it. */
    hoisted: z.boolean(),
    /** Whether members may take it themselves. */
    selfAssignable: z.boolean(),
    category: z.string().nullable(),
    /** The core's permissions and those only clients know. */
    permissions: z.array(z.string()),
    /** 0 is the highest; without holes. */
    position: z.number(),
  }),
);
export type Role = z.output<typeof Role>;

/** What a role event carries besides the role: all roles after the change, highest first. */
const All = { roles: z.array(Role) };

export const roleCreated = eventType({
  name: "role.created",
  summary: "A role was made.",
  data: () => z.object({ role: Role, ...All }),
  durable: true,
});
export const roleUpdated = eventType({
  name: "role.updated",
  summary: "A role's name, looks, place or permissions changed.",
  data: () => z.object({ role: Role, before: Role, ...All }),
  durable: true,
});
export const roleDeleted = eventType({
  name: "role.deleted",
  summary: "A role was deleted; nobody holds it any more and no channel's rule names it.",
  data: () => z.object({ role: Role, ...All }),
  durable: true,
});
export const rolesReordered = eventType({
  name: "role.reordered",
  summary: "The order of the roles changed.",
  data: () => z.object(All),
  durable: true,
});

/** Members listed one by one in an event; beyond it clients ask again. */
export const MOST_LISTED = 100;

export const memberRolesChanged = eventType({
  name: "member.roles-changed",
  summary: "Roles of these members, or their colour, changed; `null` when they are too many to list.",
  data: () => z.object({ members: z.array(MemberView).nullable() }),
  durable: true,
  reshapes: ({ members }) => (members?.length === 1 ? { user: members[0]!.user.id } : "everyone"),
});

export const accessChanged = eventType({
  name: "access.changed",
  summary:
    "What those who are told may see and do has changed: `user`, or everybody. `relisted` where other channels may be viewed than before.",
  data: () => z.object({ user: z.string().nullable(), relisted: z.boolean() }),
  durable: false,
  reshapes: ({ user }) => (user === null ? "everyone" : { user }),
});
