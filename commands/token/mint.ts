import { existsSync } from "node:fs";

import { Args, Flags } from "@oclif/core";

import { fileFlag } from "../../src/cli/files.ts";
import { CommandError, EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

/** With one of these the token is not the server's own: it is made here, and not written into its log of acts. */
const OWN = ["app-id", "domain", "algorithm", "key-file", "key-id"] as const;

export default class TokenMint extends ChatCommand {
  static override summary = "Make a token that lets somebody in.";
  static override description = [
    "Prints the token alone, so that a script can take it. For a Jitsi or LiveKit server it is for one room; a session token signs in here.",
    "The secret comes from the settings (tokens.app_secret, tokens.livekit.api_secret, tokens.session_secret; each also from the environment),",
    "from --secret-file or from standard input; never from an argument. Neither a running server nor a data folder is needed.",
    "Where there is a chat, and nothing but its settings is used, the token is written into its log of acts (never the token itself).",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> token mint jitsi --room tavern --name Alice --for 1h",
    "<%= config.bin %> token mint jitsi --room '*' --name Alice --moderator --for 1d --secret-file /etc/jitsi-secret --app-id skotos",
    "CHAT_TOKENS_LIVEKIT_API_SECRET_FILE=/run/secrets/livekit <%= config.bin %> token mint livekit --room stage --name Bob --app-id APIkey",
    "<%= config.bin %> token mint session --name Alice --user 0193… --for 10m --json",
  ];
  static override args = {
    kind: Args.string({ required: true, options: ["jitsi", "livekit", "session"], description: "For whom the token is." }),
  };
  static override flags = {
    room: Flags.string({ helpValue: "<name>", summary: 'The room; "*" for every room of a Jitsi server.' }),
    name: Flags.string({ required: true, helpValue: "<name>", summary: "The name that others see." }),
    user: Flags.string({ helpValue: "<id>", summary: "A stable id of the person; their name without it." }),
    email: Flags.string({ helpValue: "<address>", summary: "Their e-mail address." }),
    avatar: Flags.string({ helpValue: "<url>", summary: "Address of their picture." }),
    moderator: Flags.boolean({ summary: "Let them moderate the room." }),
    for: Flags.string({
      helpValue: "<length>",
      exclusive: ["until"],
      summary: "How long it is good, like 90s, 10m, 1h, 1d; 1h without it.",
    }),
    until: Flags.string({
      helpValue: "<time>",
      summary: "Until when it is good: 2026-12-24T18:00Z, or seconds since the epoch.",
    }),
    "app-id": Flags.string({ helpValue: "<id>", summary: "Jitsi's app_id, or LiveKit's API key." }),
    domain: Flags.string({ helpValue: "<name>", summary: "XMPP domain of the Jitsi server." }),
    algorithm: Flags.string({ options: ["HS256", "RS256", "ES256", "EdDSA"], summary: "How a Jitsi token is signed." }),
    "key-file": fileFlag({ summary: "Private key (PEM) for RS256, ES256 and EdDSA." }),
    "key-id": Flags.string({ helpValue: "<id>", summary: "Name of the key in the token's header (kid)." }),
    "secret-file": fileFlag({ exclusive: ["secret-stdin"], summary: "File with the secret." }),
    "secret-stdin": Flags.boolean({ summary: "Read the secret from standard input." }),
    config: fileFlag({ summary: "Another file than config.json5 in the data folder." }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(TokenMint);
    const [{ tokenSettings }, { givenSecret }, { MintInput }, { makeToken }, { joseSigner }, { systemClock }, { uuids }] =
      await Promise.all([
        import("../../src/cli/token-settings.ts"),
        import("../../src/cli/token-input.ts"),
        import("../../src/domain/tokens/token.ts"),
        import("../../src/domain/tokens/make-token.ts"),
        import("../../src/tokens/jose-signer.ts"),
        import("../../src/kernel/clock.ts"),
        import("../../src/kernel/ids.ts"),
      ]);
    const kind = args.kind as "jitsi" | "livekit" | "session";
    const lifetime = await this.#lifetime(flags.for, flags.until);
    const secret = await givenSecret(flags);
    const settings = tokenSettings(
      { dataDir: this.folder(flags).path, env: this.env, configFile: flags.config ?? this.env["CHAT_CONFIG"] },
      [kind],
      secret,
      {
        [kind === "livekit" ? "tokens.livekit.api_key" : "tokens.app_id"]: flags["app-id"],
        "tokens.domain": flags.domain,
        "tokens.algorithm": flags.algorithm,
        "tokens.key_file": flags["key-file"],
        "tokens.key_id": flags["key-id"],
      },
    );
    const { room, name, user, email, avatar, moderator } = flags;
    const input = MintInput.safeParse({ kind, room, name, user, email, avatar, moderator, ...lifetime });
    if (!input.success) {
      const [{ path, message }] = input.error.issues as [(typeof input.error.issues)[number]];
      throw new CommandError(`--${path.join(".")}: ${message}.`, EXIT.usage);
    }
    const { explainedRefusal } = await import("../../src/cli/token-refusals.ts");
    const own = [secret, flags.config, ...OWN.map((flag) => flags[flag])].some((value) => value !== undefined);
    const { databaseFile } = this.folder(flags);
    const { token, jti, expires } = await explainedRefusal(async () => {
      if (!own && (settings.database.url !== "" || existsSync(databaseFile))) return this.once(flags, "token.mint", input.data);
      const made = await makeToken(input.data, { tokens: joseSigner(), settings, now: systemClock, id: uuids });
      return { ...made, expires: made.lifetime.until };
    });
    this.log(token);
    return { token, kind, jti, expires };
  }

  async #lifetime(length: string | undefined, until: string | undefined): Promise<{ validFor?: number; validUntil?: number }> {
    if (until === undefined) {
      const { seconds } = await import("../../src/cli/duration.ts");
      return { validFor: seconds(length ?? "1h") };
    }
    const at = /^\d{1,12}$/.test(until) ? Number(until) : Date.parse(until) / 1000;
    if (Number.isNaN(at))
      throw new CommandError(`${JSON.stringify(until)} is no time; write it like 2026-12-24T18:00Z.`, EXIT.usage);
    return { validUntil: Math.floor(at) };
  }
}
