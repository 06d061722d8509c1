import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { asking, byConsole, findUser, signedIn } from "../users/access.ts";
import { identityOf, insertIdentity, replaceSecret } from "../users/statements.ts";
import { nameKey, Speaker } from "../users/user.ts";
import { Credentials, guessing, refusePassword } from "./account.ts";

const Password = Credentials.shape.password;
const output = z.object({ user: Speaker });

export const changePassword = operation({
  name: "account.change-password",
  summary: "Replace one's own password, knowing the old one.",
  input: z.object({ old: Password, password: Password }),
  output,
  access: { by: signedIn() },
  pace: { burst: 5, perMinute: 5 },
  check: ({ input }) => refusePassword(input.password),
  async run(call) {
    const { user } = await asking(call);
    guessing(call, nameKey(user.name));
    const identity = await call.store.one(identityOf, { kind: "password", user: user.id });
    if (!identity?.secret || !(await call.passwords.verify(call.input.old, identity.secret)).right)
      throw new Refusal("forbidden", "account.password");
    const secret = await call.passwords.hash(call.input.password);
    await call.store.commit(new Batch().require(replaceSecret, { kind: "password", user: user.id, secret }));
    return { user };
  },
});

export const setPassword = operation({
  name: "account.set-password",
  summary: "Give a local account a new password.",
  input: z.object({ user: z.string().min(1).max(200), password: Password }),
  output,
  access: { by: byConsole() },
  check: ({ input }) => refusePassword(input.password),
  async run(call) {
    const row = await findUser(call, call.input.user);
    if (!row || row.realm !== "local") throw new Refusal("not-found", "user", { user: call.input.user });
    const secret = await call.passwords.hash(call.input.password);
    const had = await call.store.one(identityOf, { kind: "password", user: row.id });
    const batch = new Batch();
    if (had) batch.require(replaceSecret, { kind: "password", user: row.id, secret });
    else batch.add(insertIdentity, { kind: "password", subject: nameKey(row.name), user: row.id, secret, at: call.now() });
    recordAct(batch, call, { action: "user_password", target: { id: row.id, name: row.name } });
    await call.store.commit(batch);
    return { user: { id: row.id, name: row.name, realm: row.realm } };
  },
});
