import { z } from "zod";
import { type Access, type Call, operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { isOpen } from "../presence/seen.ts";
import { asking, type Member, signedIn } from "../users/access.ts";
import { BotCommand, slashAdded, slashRemoved } from "./command.ts";
import { slashRegistry } from "./registry.ts";

type Caller = Pick<Call<unknown, unknown>, "announce" | "cell" | "actor">;

/** Tells everybody what these names mean now: gone, or answered by whoever has them. */
function tellNames(call: Caller, gone: readonly string[], here: readonly string[]): void {
  const { community } = call.actor;
  const registry = call.cell(slashRegistry);
  const left = registry.named(community, gone);
  const names = gone.filter((name) => !left.some((command) => command.name === name));
  if (names.length) call.announce(slashRemoved, { community }, { names });
  const commands = [...left, ...registry.named(community, here)];
  if (commands.length) call.announce(slashAdded, { community }, { commands });
}

export const registerCommands = operation({
  name: "slash.register",
  summary: "A bot's session says which slash commands it answers; they replace those it answered before, none being none.",
  input: () =>
    z.object({
      commands: z
        .array(BotCommand)
        .max(100)
        .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "two commands have the same name"),
    }),
  output: () => z.object({ registered: z.int() }),
  access: { by: signedIn() },
  pace: { burst: 5, perMinute: 10 },
  async run(call) {
    const { actor, access } = call;
    const { commands } = call.input;
    const { session } = actor;
    if (!session || !isOpen(call)) throw new Refusal("forbidden", "slash.no-session");
    const registry = call.cell(slashRegistry);
    const before = registry.register(session, actor.community, access.by.user, commands);
    const names = commands.map(({ name }) => name);
    tellNames(
      call,
      before.filter((name) => !names.includes(name)),
      names.filter((name) => registry.answers(session, actor.community, name)),
    );
    return { registered: commands.length };
  },
});

/** What a session answered is gone with it. */
export function withdrawCommands(call: Caller, session: string): void {
  const { community } = call.actor;
  const gone = call.cell(slashRegistry).register(session, community, { id: "", name: "", realm: null }, []);
  tellNames(call, gone, []);
}

const byServer = (): Access<unknown, Member> => ({
  needs: "the server itself: the console or a plugin",
  async load(ask) {
    const member = await asking(ask);
    if (ask.actor.kind === "user") throw new Refusal("forbidden", "console.only");
    return member;
  },
});

const Names = z.array(z.string().min(1).max(100)).max(100);

export const announceCommands = operation({
  name: "slash.announce",
  summary: "Tell everybody that slash commands of the server's own were added or taken away.",
  input: () => z.object({ names: Names }),
  output: () => z.object({}),
  access: { by: byServer() },
  async run(call) {
    tellNames(call, call.input.names, []);
    return {};
  },
});
