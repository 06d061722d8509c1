import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { signedIn } from "../users/access.ts";
import { Role } from "./role.ts";
import { roleByRef, rolesHere } from "./role-table.ts";

export const listRoles = operation({
  name: "role.list",
  summary: "All roles, highest first.",
  input: () => z.object({}),
  output: () => z.object({ roles: z.array(Role) }),
  access: { by: signedIn(), table: rolesHere() },
  async run({ access: { table } }) {
    return { roles: [...table.roles] };
  },
});

export const showRole = operation({
  name: "role.show",
  summary: "One role.",
  input: () => z.object({ role: z.string().min(1).max(200) }),
  output: () => z.object({ role: Role }),
  access: { by: signedIn(), table: rolesHere() },
  async run({ access: { table }, input }) {
    return { role: roleByRef(table, input.role) };
  },
});
