import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { admitted } from "../channels/access.ts";
import { memberByRef, permitted } from "../users/access.ts";
import { CHANNEL_ACTIONS, decide, decideIn, PERMISSIONS } from "./permissions.ts";

export const explainPermission = operation({
  name: "permission.explain",
  summary: "Whether somebody may do something, and why: a permission, or with a channel an action in it.",
  input: () =>
    z.union([
      z.strictObject({ user: z.string().min(1).max(200), permission: z.enum(PERMISSIONS) }),
      z.strictObject({
        user: z.string().min(1).max(200),
        channel: z.string().min(1).max(200),
        action: z.enum(CHANNEL_ACTIONS),
      }),
    ]),
  output: () => z.object({ allowed: z.boolean(), because: z.string() }),
  access: { by: permitted("manage_roles") },
  async run(call) {
    const { input } = call;
    const member = await memberByRef(call, input.user);
    if (member.banned) return { allowed: false, because: "they are banned" };
    if ("permission" in input) return decide(member, input.permission);
    const { channel } = await admitted(call, input.channel, "view");
    const view = decideIn(member, channel.rules, "view");
    if (!view.allowed || input.action === "view") return view;
    const waitMs = member.timeoutUntil - call.now();
    if (input.action === "send" && waitMs > 0)
      return { allowed: false, because: `they are timed out for ${Math.ceil(waitMs / 1000)} seconds` };
    return decideIn(member, channel.rules, input.action);
  },
});
