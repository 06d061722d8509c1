import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { signedIn } from "./access.ts";
import { tellUpdated } from "./change-member.ts";
import { setAvatar as setAvatarRow } from "./statements.ts";
import { MemberView } from "./user.ts";

/** Clients load a picture from this address; nothing else is promised of it. */
const PictureUrl = z
  .string()
  .trim()
  .min(1, "avatar.absent")
  .max(500, "avatar.length")
  .refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && !/[\s\p{C}"'<>]/u.test(url), "avatar.url");

export const setAvatar = operation({
  name: "user.set-avatar",
  summary: "Take a picture by its address, or none.",
  input: () => z.object({ url: PictureUrl.nullable() }),
  output: () => z.object({ member: MemberView }),
  access: { member: signedIn() },
  pace: { burst: 5, perMinute: 5 },
  async run(call) {
    const { member } = call.access;
    if (member.user.realm === "rotur") throw new Refusal("forbidden", "avatar.foreign");
    const batch = new Batch().require(setAvatarRow, { user: member.user.id, avatar: call.input.url });
    const view = tellUpdated(call, batch, member, { ...member, avatar: call.input.url });
    await call.store.commit(batch);
    return { member: view };
  },
});
