import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { memberOf } from "../users/access.ts";
import { memberView } from "../users/member-view.ts";
import { identityBySubject, rehashSecret, usersByName } from "../users/statements.ts";
import { nameKey } from "../users/user.ts";
import { ByPassword, Credentials, guessing } from "./account.ts";

export const logIn = operation({
  name: "account.log-in",
  summary: "Prove to be a local account by its password.",
  input: () => Credentials,
  output: () => ByPassword,
  access: {},
  pace: { burst: 30, perMinute: 30 },
  async run(call) {
    const { input, store, passwords } = call;
    const key = nameKey(input.name.replace(/^usr:local_/, ""));
    guessing(call, key);
    const identity = await store.one(identityBySubject, { kind: "password", subject: key });
    if (!identity?.secret) {
      const elsewhere = (await store.all(usersByName, { key })).some(({ realm }) => realm === "rotur");
      throw new Refusal("not-found", elsewhere ? "account.rotur" : "account.unknown");
    }
    const { right, stale } = await passwords.verify(input.password, identity.secret);
    if (!right) throw new Refusal("forbidden", "account.password");
    const member = await memberOf(call, identity.user_);
    if (!member) throw new Refusal("not-found", "account.unknown");
    if (member.banned) throw new Refusal("forbidden", "member.banned");
    const { version } = identity;
    if (stale) {
      const secret = await passwords.hash(input.password);
      await store.commit(new Batch().add(rehashSecret, { kind: "password", user: identity.user_, secret, version }));
    }
    return { member: memberView(member), credential: version };
  },
});
