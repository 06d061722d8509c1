import { Flags } from "@oclif/core";

import { fileFlag } from "../../src/cli/files.ts";
import { EXIT } from "../../src/cli/exit.ts";
import { ChatCommand } from "../_command.ts";

export default class TokenVerify extends ChatCommand {
  static override summary = "Explain a token, and tell whether it is good.";
  static override description = [
    "Reads the token from standard input, or from a file; never from an argument.",
    "Ends with 0 when it is good, with 4 when it is not, and with 10 when all is right but there is no key here to check its signature with.",
  ].join("\n");
  static override examples = [
    "<%= config.bin %> token verify < token.txt",
    "<%= config.bin %> token mint jitsi --room tavern --name Alice | <%= config.bin %> token verify",
    "<%= config.bin %> token verify --token-file token.txt --secret-file /etc/jitsi-secret --json",
  ];
  static override flags = {
    "token-file": fileFlag({ summary: "File with the token, instead of standard input." }),
    "app-id": Flags.string({ helpValue: "<id>", summary: "Jitsi's app_id that it must name." }),
    domain: Flags.string({ helpValue: "<name>", summary: "XMPP domain that it must name." }),
    algorithm: Flags.string({ options: ["HS256", "RS256", "ES256", "EdDSA"], summary: "How a Jitsi token must be signed." }),
    "key-file": fileFlag({ summary: "Public or private key (PEM) for RS256, ES256 and EdDSA." }),
    "secret-file": fileFlag({ summary: "File with the secret." }),
    config: fileFlag({ summary: "Another file than config.json5 in the data folder." }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(TokenVerify);
    const [
      { tokenSettings },
      { givenSecret, givenToken },
      { TOKEN_KINDS },
      { verification },
      { joseSigner },
      { systemClock },
      { explainedRefusal },
    ] = await Promise.all([
      import("../../src/cli/token-settings.ts"),
      import("../../src/cli/token-input.ts"),
      import("../../src/domain/tokens/token.ts"),
      import("../../src/domain/tokens/verification.ts"),
      import("../../src/tokens/jose-signer.ts"),
      import("../../src/kernel/clock.ts"),
      import("../../src/cli/token-refusals.ts"),
    ]);
    const token = await givenToken(flags["token-file"]);
    const settings = tokenSettings(
      { dataDir: this.folder(flags).path, env: this.env, configFile: flags.config ?? this.env["CHAT_CONFIG"] },
      TOKEN_KINDS,
      await givenSecret(flags),
      {
        "tokens.app_id": flags["app-id"],
        "tokens.domain": flags.domain,
        "tokens.algorithm": flags.algorithm,
        "tokens.key_file": flags["key-file"],
      },
    );
    const found = await explainedRefusal(() => verification(token, { tokens: joseSigner(), settings, now: systemClock }));
    const { good, kind, header, explained, problems, signature } = found;
    this.log(
      `A token for ${kind ?? "nobody known here"}, signed with ${/^\w{1,20}$/.test(String(header["alg"])) ? String(header["alg"]) : "nothing known here"}.`,
    );
    const width = Math.max(0, ...explained.map(({ claim }) => claim.length));
    for (const { claim, value, meaning } of explained) this.log(`  ${claim.padEnd(width)}  ${value}  (${meaning})`);
    if (good) this.log("It is good.");
    else for (const problem of problems) this.logToStderr(`chat: ${problem}`);
    if (!good) process.exitCode = signature === "unchecked" && problems.length === 1 ? EXIT.warnings : EXIT.refused;
    return found;
  }
}
