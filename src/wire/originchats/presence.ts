import { z } from "zod";
import { setStatus } from "../../domain/presence/set-status.ts";
import { showMember } from "../../domain/users/show-user.ts";
import { STATUSES, type Speaker, type Status } from "../../domain/users/user.ts";
import { binding } from "../wire.ts";
import { TEXT } from "./meant.ts";
import { username } from "./names.ts";
import { complain } from "./sentences.ts";

/** How the web client learns of a status; `status_set` and `status` it does not know (reference/originchats.md §2.5). */
export const statusFrame = ({ user, status }: { user: Speaker; status: Status }) => ({
  cmd: "status_get",
  username: username(user),
  status,
  global: true,
});

const INVALID = `Invalid status. Must be one of: ${STATUSES.join(", ")}`;

const statusSet = binding({
  name: "status_set",
  operation: setStatus,
  answer: "status.changed",
  request: () =>
    z.looseObject({ status: TEXT.optional(), text: TEXT.optional() }).superRefine((r, context) => {
      if (r.status === undefined || r.status === null || r.status === "") complain(context, "Status is required");
      else if (!STATUSES.some((known) => known === r.status)) complain(context, INVALID);
      else if (r.text !== undefined && r.text !== null && (typeof r.text !== "string" || [...r.text].length > 100))
        complain(context, INVALID);
    }),
  toInput: (r) => ({ status: r.status as Status["status"], text: (r.text as string | null | undefined) ?? "" }),
  toReply: ({ status }) => ({ cmd: "status_set", status }),
});

const statusGet = binding({
  name: "status_get",
  operation: showMember,
  request: () =>
    z
      .looseObject({ user: z.string().optional() })
      .superRefine((r, context) => void (r.user || complain(context, "User parameter is required"))),
  toInput: (r) => ({ user: r.user! }),
  toReply: ({ member }) => ({ cmd: "status_get", username: username(member.user), status: member.status }),
});

export const bindings = [statusSet, statusGet] as const;
