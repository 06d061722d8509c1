import { z } from "zod";
import { createRole } from "../../domain/roles/create-role.ts";
import { deleteRole } from "../../domain/roles/delete-role.ts";
import { setMemberRoles } from "../../domain/roles/grant-role.ts";
import { listRoles, showRole } from "../../domain/roles/list-roles.ts";
import { reorderRoles } from "../../domain/roles/reorder-roles.ts";
import type { Role } from "../../domain/roles/role.ts";
import { dropSelfRole, listSelfRoles, takeSelfRole } from "../../domain/roles/self-roles.ts";
import { updateRole } from "../../domain/roles/update-role.ts";
import { showMember } from "../../domain/users/show-user.ts";
import type { MemberView } from "../../domain/users/user.ts";
import { binding } from "../wire.ts";
import { TEXTS } from "./meant.ts";
import { username } from "./names.ts";
import { complain } from "./sentences.ts";

/** A role as this wire shows it (reference/originchats.md §5.4). */
const wireRole = (role: Role) => ({
  id: role.id,
  name: role.name,
  description: role.description,
  color: role.color,
  hoisted: role.hoisted,
  permissions: role.permissions,
  self_assignable: role.selfAssignable,
  category: role.category,
  position: role.position,
});

/** The order of the keys is the order of the roles: the web client goes by it. */
export const rolesListFrame = ({ roles }: { roles: readonly Role[] }) => ({
  cmd: "roles_list",
  roles: Object.fromEntries(roles.map((role) => [role.name, wireRole(role)])),
});
export const userRolesFrame = ({ user, roles, color }: MemberView) => ({
  cmd: "user_roles_get",
  user: username(user),
  roles,
  color,
  global: true,
});

/** Fields of a role as requests spell them. */
const fields = {
  description: z.string().nullish(),
  color: z.string().nullish(),
  hoisted: z.boolean().optional(),
  self_assignable: z.boolean().optional(),
  category: z.string().nullish(),
  permissions: z.array(z.string()).optional(),
};
const given = (r: z.output<z.ZodObject<typeof fields>>) => ({
  ...(r.description !== undefined && { description: r.description }),
  ...(r.color !== undefined && { color: r.color || null }),
  ...(r.hoisted !== undefined && { hoisted: r.hoisted }),
  ...(r.self_assignable !== undefined && { selfAssignable: r.self_assignable }),
  ...(r.category !== undefined && { category: r.category }),
  ...(r.permissions !== undefined && { permissions: r.permissions }),
});

/** Roles are named by `id` or `name`. */
const named = { id: z.string().optional(), name: z.string().optional() };
type Named = { id?: string | undefined; name?: string | undefined };
const ref = ({ id, name }: Named): string => (id ?? name)!;
const needsName = (r: Named, context: z.RefinementCtx): void => {
  if (!r.id && !r.name) complain(context, "Role id or name is required");
};
const nameSent = ({ name }: Named): string | null => name ?? null;

const rolesList = binding({
  name: "roles_list",
  operation: listRoles,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: rolesListFrame,
});

const roleCreate = binding({
  name: "role_create",
  operation: createRole,
  request: () =>
    z
      .looseObject({ name: z.string().optional(), ...fields })
      .superRefine((r, context) => void (r.name?.trim() || complain(context, "Role name is required"))),
  toInput: (r) => ({ name: r.name!, ...given(r) }),
  toReply: ({ role }) => ({ cmd: "role_create", id: role.id, name: role.name }),
});

const roleUpdate = binding({
  name: "role_update",
  operation: updateRole,
  request: () => z.looseObject({ ...named, ...fields }).superRefine(needsName),
  toInput: (r) => ({ role: ref(r), ...(r.id && r.name !== undefined && { name: r.name }), ...given(r) }),
  toReply: ({ role, changed }, r) => ({ cmd: "role_update", id: role.id, name: nameSent(r), updated: changed }),
});

const roleSet = binding({
  name: "role_set",
  operation: updateRole,
  request: () =>
    z
      .looseObject({
        ...named,
        data: z.looseObject({ name: z.string().optional(), position: z.number().int().optional(), ...fields }).optional(),
      })
      .superRefine((r, context) => {
        needsName(r, context);
        if (!r.data) complain(context, "Role data is required");
      }),
  toInput: (r) => ({
    role: ref(r),
    ...given(r.data!),
    ...(r.data!.name !== undefined && { name: r.data!.name }),
    ...(r.data!.position !== undefined && { position: r.data!.position }),
  }),
  toReply: ({ role, changed }) => ({ cmd: "role_set", id: role.id, name: null, updated: changed }),
});

const roleDelete = binding({
  name: "role_delete",
  operation: deleteRole,
  request: () => z.looseObject(named).superRefine(needsName),
  toInput: (r) => ({ role: ref(r) }),
  toReply: ({ role }, r) => ({ cmd: "role_delete", id: role.id, name: nameSent(r), deleted: true }),
});

const roleReorder = binding({
  name: "role_reorder",
  operation: reorderRoles,
  request: () =>
    z
      .looseObject({ roles: TEXTS.optional() })
      .superRefine(
        (r, context) =>
          void (
            (Array.isArray(r.roles) && r.roles.length > 0 && r.roles.every((one) => typeof one === "string" && one !== "")) ||
            complain(context, "Roles array is required")
          ),
      ),
  toInput: (r) => ({ roles: r.roles as string[] }),
  toReply: ({ roles }) => ({ cmd: "role_reorder", roles: roles.map(({ name }) => name) }),
});

const rolePermissionsSet = binding({
  name: "role_permissions_set",
  operation: updateRole,
  request: () =>
    z.looseObject({ ...named, permissions: TEXTS.optional() }).superRefine((r, context) => {
      needsName(r, context);
      if (!Array.isArray(r.permissions) || r.permissions.some((one) => typeof one !== "string"))
        complain(context, "Permissions must be an array");
    }),
  toInput: (r) => ({ role: ref(r), permissions: r.permissions as string[] }),
  toReply: ({ role, changed }, r) => ({
    cmd: "role_permissions_set",
    id: role.id,
    name: nameSent(r),
    permissions: role.permissions,
    updated: changed,
  }),
});

const rolePermissionsGet = binding({
  name: "role_permissions_get",
  operation: showRole,
  request: () => z.looseObject(named).superRefine(needsName),
  toInput: (r) => ({ role: ref(r) }),
  toReply: ({ role }, r) => ({ cmd: "role_permissions_get", id: role.id, name: nameSent(r), permissions: role.permissions }),
});

const selfRequest = () =>
  z
    .looseObject({ role: z.string().optional() })
    .superRefine((r, context) => void (r.role || complain(context, "Role name is required")));

const selfRoleAdd = binding({
  name: "self_role_add",
  operation: takeSelfRole,
  request: selfRequest,
  toInput: (r) => ({ role: r.role! }),
  toReply: ({ member, role }) => ({ cmd: "self_role_add", role: role.name, success: true, roles: member.roles }),
});
const selfRoleRemove = binding({
  name: "self_role_remove",
  operation: dropSelfRole,
  request: selfRequest,
  toInput: (r) => ({ role: r.role! }),
  toReply: ({ member, role }) => ({ cmd: "self_role_remove", role: role.name, success: true, roles: member.roles }),
});
const selfRolesList = binding({
  name: "self_roles_list",
  operation: listSelfRoles,
  request: () => z.looseObject({}),
  toInput: () => ({}),
  toReply: ({ roles }) => ({ cmd: "self_roles_list", roles: roles.map((role) => ({ ...wireRole(role), assigned: role.held })) }),
});

const needsUser = (r: { user?: string | undefined }, context: z.RefinementCtx): void => {
  if (!r.user) complain(context, "User parameter is required");
};

const userRolesSet = binding({
  name: "user_roles_set",
  operation: setMemberRoles,
  answer: "member.roles-changed",
  request: () =>
    z.looseObject({ user: z.string().optional(), roles: TEXTS.optional() }).superRefine((r, context) => {
      needsUser(r, context);
      if (!Array.isArray(r.roles) || !r.roles.length || r.roles.some((one) => typeof one !== "string" || !one))
        complain(context, "Roles list is required");
    }),
  toInput: (r) => ({ user: r.user!, roles: r.roles as string[] }),
  toReply: ({ member }) => userRolesFrame(member),
});
const userRolesGet = binding({
  name: "user_roles_get",
  operation: showMember,
  request: () => z.looseObject({ user: z.string().optional() }).superRefine(needsUser),
  toInput: (r) => ({ user: r.user! }),
  toReply: ({ member }) => ({ cmd: "user_roles_get", user: username(member.user), roles: member.roles, color: member.color }),
});

export const bindings = [
  rolesList,
  roleCreate,
  roleUpdate,
  roleSet,
  roleDelete,
  roleReorder,
  rolePermissionsSet,
  rolePermissionsGet,
  selfRoleAdd,
  selfRoleRemove,
  selfRolesList,
  userRolesSet,
  userRolesGet,
] as const;
