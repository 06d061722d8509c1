import { Flags } from "@oclif/core";

/** A role as the commands show it. */
export interface ShownRole {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly color: string | null;
  readonly hoisted: boolean;
  readonly selfAssignable: boolean;
  readonly permissions: readonly string[];
}

/** What can be said of a role when it is made and later. */
export const roleFlags = {
  description: Flags.string({ helpValue: "<text>", summary: "What the role is for; an empty text for nothing." }),
  color: Flags.string({ helpValue: "<#rrggbb>", summary: "Colour of its members' names; an empty text for none." }),
  hoisted: Flags.boolean({ allowNo: true, summary: "List its members apart from the others." }),
  "self-assignable": Flags.boolean({ allowNo: true, summary: "Let members take it themselves." }),
  permission: Flags.string({
    multiple: true,
    helpValue: "<name>",
    summary: "Permission it gives, instead of those it gave; may come again.",
  }),
};

type Given = {
  readonly description?: string | undefined;
  readonly color?: string | undefined;
  readonly hoisted?: boolean | undefined;
  readonly "self-assignable"?: boolean | undefined;
  readonly permission?: string[] | undefined;
};

/** The flags as the operations take them. */
export const roleChanges = (flags: Given): Record<string, unknown> => ({
  ...(flags.description !== undefined && { description: flags.description || null }),
  ...(flags.color !== undefined && { color: flags.color || null }),
  ...(flags.hoisted !== undefined && { hoisted: flags.hoisted }),
  ...(flags["self-assignable"] !== undefined && { selfAssignable: flags["self-assignable"] }),
  ...(flags.permission && { permissions: flags.permission }),
});
