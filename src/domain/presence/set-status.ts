import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { signedIn } from "../users/access.ts";
import { setStatusOf } from "../users/statements.ts";
import { Status, STATUSES } from "../users/user.ts";
import { memberConnected, memberDisconnected, statusChanged } from "./presence.ts";
import { isHere, seenView } from "./seen.ts";

export const setStatus = operation({
  name: "status.set",
  summary: "Say how one is here; `invisible` looks to others as if one had gone.",
  input: () =>
    z.object({
      status: z.enum(STATUSES),
      text: z
        .string()
        .max(1000)
        .refine((text) => [...text].length <= 100, "status.text")
        .default(""),
    }),
  output: () => z.object({ status: Status }),
  access: { member: signedIn() },
  pace: { burst: 10, perMinute: 30 },
  async run(call) {
    const { member } = call.access;
    const { user } = member;
    if (user.realm === null) throw new Refusal("forbidden", "member.gone");
    const { community } = call.actor;
    const status: Status = { status: call.input.status, text: call.input.text };
    const batch = new Batch().require(setStatusOf, { community, user: user.id, ...status });
    const hidden = status.status === "invisible";
    const here = isHere(call, user.id);
    if (here && hidden && member.status.status !== "invisible") call.emit(batch, memberDisconnected, { community }, { user });
    if (here && !hidden && member.status.status === "invisible")
      call.emit(batch, memberConnected, { community }, { member: seenView(call, { ...member, status }) });
    call.emit(batch, statusChanged, hidden || !here ? { user: user.id } : { community }, { user, status });
    await call.store.commit(batch);
    return { status };
  },
});
