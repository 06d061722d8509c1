import { logIn } from "../../domain/accounts/log-in.ts";
import { registerAccount } from "../../domain/accounts/register-account.ts";
import { enterAsGuest } from "../../domain/guests/enter-as-guest.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { CLEAR } from "./screen.ts";
import { sentence } from "./sentences.ts";
import type { LineSession } from "./session.ts";
import { oneLine } from "./text.ts";

/** The wait at the door: so many dots, each after so many milliseconds. */
const DOTS = 5;
const DOT_MS = 500;
const HTTP = /^[A-Z]+ \S+ HTTP\/\d/;
const ACCOUNTS = "Log in with :login <name>, or make an account with :register <name>.";

/** From the door to being somebody. @returns whether it came to that. */
export async function enter(session: LineSession): Promise<boolean> {
  if (session.chat.settings.connection_timeout) {
    session.write("\r\nConnecting you");
    for (let dot = 0; dot < DOTS; dot++) {
      await session.sleep(DOT_MS);
      session.write(".");
    }
    session.line("");
  }
  if (!session.plain) session.write(CLEAR);
  welcome(session);
  while (session.actor.kind !== "user") {
    const line = await session.next("Enter a username: ");
    if (line === undefined) return false;
    if (HTTP.test(line)) {
      session.line("This is the line chat, not a web server.");
      return false;
    }
    const name = oneLine(line);
    const [, door, whose = ""] = /^:(\S*)\s*(.*)$/.exec(name) ?? [];
    if (door === "quit") return false;
    if (door === "login") await signIn(session, whose);
    else if (door === "register") await register(session, whose);
    else if (door !== undefined) session.line(`Here you can only give a name. ${ACCOUNTS}`);
    else if (name !== "") await beGuest(session, name);
    if (session.ended) return false;
  }
  greet(session);
  return true;
}

function welcome(session: LineSession): void {
  const { chat } = session;
  const text = oneLine(chat.settings.welcome);
  const program = `This is ${oneLine(chat.community.name)}, a chat server`;
  const address = `at ${chat.address}`;
  session.line("");
  if (text === "") {
    for (const line of ["Welcome!", `(${program})`, `(${address})`]) session.line(line);
  } else {
    const line = "-".repeat(Bun.stringWidth(text) + 2);
    for (const row of [`/${line}\\`, `| ${text} |`, `\\${line}/`, program, address]) session.line(row);
  }
  session.line("");
}

function greet(session: LineSession): void {
  session.line("");
  session.line(`You are now connected as '${oneLine(session.actor.name)}'.`);
  session.line("To chat with other people, please join a chatroom or start a DM with a user.");
  session.line("For info on how to do that, and more, execute :help");
  session.line("");
}

async function beGuest(session: LineSession, name: string): Promise<void> {
  const { kernel, settings } = session.chat;
  const asked = settings.password !== "" && settings.guests !== "off";
  const password = asked ? await session.nextHidden("Enter the password for guests: ") : "";
  if (password === undefined) return;
  await attempt(session, async () => {
    const { member } = await kernel.invoke(enterAsGuest, session.actor, { name, password });
    await session.becomes(member.user, "guest");
  });
}

/** @param name as it was given with the command, if it was. */
export async function signIn(session: LineSession, name: string): Promise<void> {
  const given = await credentials(session, name);
  if (!given) return;
  await attempt(session, async () => {
    const { member, credential } = await session.chat.kernel.invoke(logIn, stranger(session), given);
    await session.becomes(member.user, { credential });
  });
}

export async function register(session: LineSession, name: string): Promise<void> {
  const given = await credentials(session, name);
  if (!given) return;
  const again = await session.nextHidden("Enter the same password again: ");
  if (again === undefined) return;
  if (again !== given.password) return session.line("These were two different passwords.");
  await attempt(session, async () => {
    const { member, credential } = await session.chat.kernel.invoke(registerAccount, stranger(session), given);
    await session.becomes(member.user, { credential });
  });
}

/** A guest asks for an account as somebody not signed in. */
const stranger = ({ actor, link }: LineSession) =>
  ({ kind: "anonymous", id: link.address, name: "", community: actor.community, address: link.address }) as const;

async function credentials(session: LineSession, name: string): Promise<{ name: string; password: string } | undefined> {
  const whose = name || (await session.next("Name: "));
  if (!whose) return undefined;
  const password = await session.nextHidden("Password: ");
  return password === undefined ? undefined : { name: oneLine(whose), password };
}

/** Says why it was refused, and what could be done instead. */
async function attempt(session: LineSession, come: () => Promise<void>): Promise<void> {
  try {
    await come();
  } catch (why) {
    if (!(why instanceof Refusal)) throw why;
    session.line(sentence(why));
    if (why.reason === "guest.name-taken" && why.facts["account"]) session.line("If it is yours, execute :login <name>.");
    if (why.reason === "guest.off") session.line(ACCOUNTS);
  }
}
