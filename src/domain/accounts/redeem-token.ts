import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { keyOf } from "../tokens/token.ts";
import { LONGEST_TOKEN, verification } from "../tokens/verification.ts";
import { memberOf } from "../users/access.ts";
import { memberView } from "../users/member-view.ts";
import { userById, userByRealmAndName, type UserRow, usersByName } from "../users/statements.ts";
import { MemberView, nameKey } from "../users/user.ts";

const Input = () =>
  z.object({ token: z.string().min(1, "account.token").max(LONGEST_TOKEN, "account.token").meta({ secret: true }) });

export const redeemToken = operation({
  name: "account.redeem-token",
  summary:
    "Prove to be an account by a token of the kind session that was minted here. It opens as many sessions as one likes until it ends, whatever the password is by then.",
  input: Input,
  output: () => z.object({ member: MemberView }),
  access: {},
  pace: { burst: 30, perMinute: 30 },
  /** Without a key there is nothing to try. */
  check: ({ settings }) => void keyOf("session", settings.tokens),
  async run(call) {
    const { kind, good, signature, time, claims } = await verification(call.input.token, call);
    // What is wrong with it is told only of a token that we have signed.
    if (kind !== "session" || signature !== "good") throw new Refusal("forbidden", "account.token");
    if (time === "expired") throw new Refusal("forbidden", "account.token-expired");
    if (!good || typeof claims["sub"] !== "string") throw new Refusal("forbidden", "account.token");
    const user = await subject(call, claims["sub"]);
    const member = user && (await memberOf(call, user.id));
    if (!member) throw new Refusal("not-found", "account.token-user");
    if (member.banned) throw new Refusal("forbidden", "member.banned");
    return { member: memberView(member) };
  },
});

const LOCAL = /^usr:local_/i;

/** By full name, or by an id or bare name that means only one account: which of two was meant, nobody can say. */
async function subject({ store }: Call<unknown, unknown>, sub: string): Promise<UserRow | undefined> {
  if (LOCAL.test(sub)) return store.one(userByRealmAndName, { realm: "local", key: nameKey(sub.replace(LOCAL, "")) });
  const byId = await store.one(userById, { id: sub });
  const others = (await store.all(usersByName, { key: nameKey(sub) })).filter(({ id }) => id !== sub);
  const meant = byId ? [byId, ...others] : others;
  return meant.length === 1 ? meant[0] : undefined;
}
