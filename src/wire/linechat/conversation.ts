import { Refusal } from "../../kernel/refusal.ts";
import { commandNamed, UNKNOWN } from "./commands.ts";
import { enter } from "./entrance.ts";
import { sentence } from "./sentences.ts";
import type { LineSession } from "./session.ts";
import { say } from "./view.ts";

/** Refusals after which a connection has no purpose left. */
const NO_LONGER_WELCOME: ReadonlySet<string> = new Set(["member.banned", "member.gone"]);

/** One person's visit from the door to the end: each line is done before the next is looked at. */
export async function converse(session: LineSession): Promise<void> {
  try {
    if (await enter(session)) await command(session);
  } catch (why) {
    session.word(said(session, why));
  }
  session.leaveView();
  session.end();
}

async function command(session: LineSession): Promise<void> {
  while (!session.ended && session.actor.kind === "user") {
    const line = await session.next(session.viewing ? "" : promptOf(session));
    if (line === undefined) return;
    try {
      if (session.viewing) await say(session, line);
      else if ((await obey(session, line)) === "quit") return;
    } catch (why) {
      const text = said(session, why);
      if (session.viewing) session.word(text);
      else session.line(`${text}\r\n`);
      if (why instanceof Refusal && session.actor.kind === "user" && NO_LONGER_WELCOME.has(why.reason)) return;
    }
  }
}

const promptOf = ({ seat }: LineSession): string => (seat ? `[${seat.kind}/${seat.name}]> ` : "> ");

async function obey(session: LineSession, line: string): Promise<"quit" | void> {
  const text = line.trim();
  if (text === "") return;
  if (!text.startsWith(":")) return session.line("That was not a command. Enter chat mode by executing :chat to chat.\r\n");
  const [, name = "", rest = ""] = /^:(\S*)\s*(.*)$/s.exec(text) ?? [];
  const known = commandNamed(name);
  if (!known) return session.line(`${UNKNOWN}\r\n`);
  const wrong =
    known.argument === undefined
      ? rest !== "" && "This command does not expect any arguments!"
      : wrongArgument(name, known.argument, rest);
  if (wrong) return session.line(`${wrong}\r\n`);
  return known.run(session, unquoted(rest));
}

/** Names of rooms may have spaces in them; then they stand in quotes. */
const QUOTED = /^"([^"]*)"$/;
const unquoted = (text: string): string => QUOTED.exec(text)?.[1] ?? text;
function wrongArgument(name: string, argument: string, given: string): string | undefined {
  if (given === "") return `The :${name} command expects an <${argument}> argument! See :help for details.`;
  if (/\s/.test(given) && !QUOTED.test(given)) return `The :${name} command only expects one argument!`;
  return undefined;
}

/** What is said of a failure; a bug of ours is logged under a number that the person is told. */
function said({ chat, id }: LineSession, why: unknown): string {
  if (why instanceof Refusal) return sentence(why);
  const incident = chat.kernel.world.random(6);
  chat.log.error("request.failed", { incident, wire: chat.wire, session: id, error: why });
  return `Something went wrong on the server (incident ${incident}).`;
}
