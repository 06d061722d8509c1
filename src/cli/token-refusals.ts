import { Refusal } from "../kernel/refusal.ts";
import { CommandError, EXIT } from "./exit.ts";

type Facts = Readonly<Record<string, any>>;

/** What the command line says of a token that is not made, by the refusal's reason. */
const SENTENCES: Readonly<Record<string, (facts: Facts) => string>> = {
  "token.past": () => "That time is in the past.",
  "token.long": ({ max }) => `A token may be good for at most ${max} seconds (tokens.max_lifetime).`,
  "token.room": () => "Which room? Name it with --room.",
  "token.one-room": () => "A LiveKit token is for one room: name it with --room.",
  "token.session-grant": () => "A session token takes neither --room nor --moderator.",
  "token.no-key": ({ setting }) =>
    `${setting} is not set: set it in the configuration or the environment${SETTABLE[setting] ? `, or give ${SETTABLE[setting]}` : ""}.`,
  "token.key": ({ problem }) => String(problem),
  "token.form": () => "That is not a JSON Web Token: three parts of base64url, with dots between them.",
};
const SETTABLE: Readonly<Record<string, string>> = {
  "tokens.app_id": "--app-id",
  "tokens.livekit.api_key": "--app-id",
  "tokens.key_file": "--key-file",
  "tokens.app_secret": "--secret-file or --secret-stdin",
  "tokens.livekit.api_secret": "--secret-file or --secret-stdin",
  "tokens.session_secret": "--secret-file or --secret-stdin",
};

/** Runs it, and turns a refusal about tokens into a sentence and an exit code. */
export async function explainedRefusal<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (why) {
    const sentence = why instanceof Refusal ? SENTENCES[why.reason]?.(why.facts) : undefined;
    if (!sentence) throw why;
    throw new CommandError(sentence, (why as Refusal).code === "unavailable" ? EXIT.failed : EXIT.usage);
  }
}
