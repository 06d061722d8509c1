import { timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { guessing, refuseName } from "../accounts/account.ts";
import { joining } from "../accounts/join-community.ts";
import { roleByName } from "../roles/statements.ts";
import { insertUser, usersByName } from "../users/statements.ts";
import { MemberView, nameKey } from "../users/user.ts";
import { GUEST_HERE, GUEST_ROLE } from "./guest.ts";

const Input = () =>
  z.object({
    name: z.string().max(1000).trim().min(1, "account.blank"),
    /** What guests are asked for, where the settings name something. */
    password: z.string().max(1000).normalize("NFC").default("").meta({ secret: true }),
  });

export const enterAsGuest = operation({
  name: "guest.enter",
  summary: "Come in without an account, under a name that is nobody's; it is free again when one leaves.",
  input: Input,
  output: () => z.object({ member: MemberView }),
  access: {},
  pace: { burst: 10, perMinute: 20 },
  check({ input: { name }, settings: { tcp } }) {
    if (tcp.guests === "off") throw new Refusal("unavailable", "guest.off");
    if ([...name].length > tcp.username_limit)
      throw new Refusal("invalid-input", "guest.name-length", { max: tcp.username_limit });
    refuseName(name);
  },
  async run(call) {
    const { input, store, settings, actor } = call;
    if (settings.tcp.password !== "") {
      guessing(call, `guest ${actor.id}`);
      if (!same(input.password, settings.tcp.password)) throw new Refusal("forbidden", "guest.password");
    }
    const key = nameKey(input.name);
    const taken = await store.all(usersByName, { key });
    if (taken.length)
      throw new Refusal("conflict", "guest.name-taken", {
        name: input.name,
        account: taken.some(({ realm }) => realm === "local"),
      });
    const own = await store.one(roleByName, { community: actor.community, key: GUEST_ROLE });
    const user = { id: call.id(), name: input.name, realm: GUEST_HERE } as const;
    const { member, addTo } = await joining(call, user, null, user.name, own && [GUEST_ROLE]);
    const batch = new Batch().add(insertUser, { ...user, key, avatar: null, at: call.now() });
    addTo(batch);
    await store.commit(batch);
    return { member };
  },
});

/** In a time that does not tell how much was right. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
