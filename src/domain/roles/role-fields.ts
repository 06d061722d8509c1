import { z } from "zod";
import { Refusal } from "../../kernel/refusal.ts";
import { nameKey } from "../users/user.ts";
import { OWNER } from "./permissions.ts";
import type { RoleTable } from "./role-table.ts";

/** Roles one community can have. */
export const MOST_ROLES = 250;

/** Not only digits: lists keyed by name would lose their order. No leading `!`: that denies in a channel's rules. `plugin:` begins the names of plugins' own roles. `banned` marks a ban in originChats' data. */
export const RoleName = z
  .string()
  .max(1000)
  .trim()
  .min(1, "role.name-absent")
  .max(50, "role.name")
  .refine((name) => !/\p{C}|^!|^\d+$|^__proto__$|^plugin:/iu.test(name) && nameKey(name) !== "banned", "role.name");

/** What of a role can be set besides its name and place. */
export const RoleFields = {
  description: z.string().max(500).nullable().optional(),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, "role.color")
    .nullable()
    .optional(),
  hoisted: z.boolean().optional(),
  selfAssignable: z.boolean().optional(),
  category: z.string().max(50).nullable().optional(),
  permissions: z
    .array(z.string().regex(/^[a-z][a-z_]{0,49}$/, "role.permission"))
    .max(100)
    .transform((all) => [...new Set(all)])
    .optional(),
};

/** Two names that look alike are one; the owner's name is nobody else's to take. */
export function refuseNameTaken(table: RoleTable, name: string, except?: string): void {
  const key = nameKey(name);
  if (table.roles.some((role) => role.id !== except && nameKey(role.name) === key))
    throw new Refusal("conflict", "role.name-taken", { role: name });
  if (key === OWNER) throw new Refusal("forbidden", "role.rank", { role: name });
}
