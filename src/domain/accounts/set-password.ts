import { z } from "zod";
import { type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { Batch } from "../../storage/store.ts";
import { recordAct } from "../moderation/modlog.ts";
import { sessionEnded } from "../moderation/moderation.ts";
import { sessionTokens } from "../sessions/tokens.ts";
import { asking, byConsole, findUser, signedIn } from "../users/access.ts";
import { identityOf, insertIdentity, replaceSecret } from "../users/statements.ts";
import { nameKey, Speaker } from "../users/user.ts";
import { Credentials, guessing, refusePassword } from "./account.ts";

const Password = Credentials.shape.password;
const output = () => z.object({ user: Speaker });

/** Whoever came in by the old password is out, and so are their tokens; the session that asks stays. */
function endOtherSessions(call: Call<unknown, unknown>, batch: Batch, user: Speaker): void {
  const { session } = call.actor;
  call.emit(batch, sessionEnded, { user: user.id, except: session }, { user, cause: "password", reason: null });
  batch.afterCommit(() => call.cell(sessionTokens).forgetUser(user.id, session));
}

export const changePassword = operation({
  name: "account.change-password",
  summary: "Replace one's own password, knowing the old one; ends one's other sessions.",
  input: () => z.object({ old: Password, password: Password }),
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
    const batch = new Batch().require(replaceSecret, { kind: "password", user: user.id, secret, version: identity.version });
    endOtherSessions(call, batch, user);
    await call.store.commit(batch);
    return { user };
  },
});

export const setPassword = operation({
  name: "account.set-password",
  summary: "Give a local account a new password; ends its sessions.",
  input: () => z.object({ user: z.string().min(1).max(200), password: Password }),
  output,
  access: { by: byConsole() },
  check: ({ input }) => refusePassword(input.password),
  async run(call) {
    const row = await findUser(call, call.input.user);
    if (!row || row.realm !== "local") throw new Refusal("not-found", "user", { user: call.input.user });
    const secret = await call.passwords.hash(call.input.password);
    const had = await call.store.one(identityOf, { kind: "password", user: row.id });
    const batch = new Batch();
    if (had) batch.require(replaceSecret, { kind: "password", user: row.id, secret, version: had.version });
    else batch.add(insertIdentity, { kind: "password", subject: nameKey(row.name), user: row.id, secret, at: call.now() });
    recordAct(batch, call, { action: "user_password", target: { id: row.id, name: row.name } });
    const user: Speaker = { id: row.id, name: row.name, realm: row.realm };
    endOtherSessions(call, batch, user);
    await call.store.commit(batch);
    return { user };
  },
});
