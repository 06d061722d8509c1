import { createWebhook } from "../../src/domain/webhooks/manage-webhooks.ts";
import { filesScene } from "../support/files.ts";
import { png } from "../support/pictures.ts";
import { Random } from "./random.ts";
import { nasty } from "./values.ts";

const CALM = { rate_limiting: { enabled: false } };

/**
 * Sends random HTTP requests to every path there is. Throws unless each is answered with a status that means something, by JSON with an error
 * where it is a refusal, and unless a proper request is still answered at the end.
 */
export async function attackHttp(seed: number, rounds: number): Promise<void> {
  const random = new Random(seed);
  const scene = await filesScene(CALM);
  await using app = scene.app;
  const alice = await scene.member("alice", "owner");
  const { webhook } = (await app.kernel.invoke(createWebhook, alice.connection.actor, { channel: "general", name: "ci" })) as {
    webhook: { token: string };
  };
  const id = await scene.uploaded(alice, png(8, 8));
  const plain = () => {
    const value = nasty(random);
    return (typeof value === "string" ? value : JSON.stringify(value)).toWellFormed();
  };
  const word = () => encodeURIComponent(plain().slice(0, 100).toWellFormed());
  const paths = [
    () => "/attachments/upload",
    () => `/attachments/upload?channel=${word()}&name=${word()}&expires_in=${word()}`,
    () => `/attachments/${random.chance(0.5) ? id : word()}${random.chance(0.3) ? `/${word()}` : ""}`,
    () => `/webhooks?token=${random.chance(0.5) ? webhook.token : word()}`,
    () => `/webhooks/github?token=${random.chance(0.5) ? webhook.token : word()}`,
    () => `/emojis/${word()}`,
    () => `/server-assets/${random.chance(0.5) ? "icon" : word()}`,
    () => "/info",
    () => `/${word()}`,
  ];
  const bodies = [
    () => JSON.stringify(nasty(random)) ?? "",
    () => JSON.stringify({ content: nasty(random), embeds: nasty(random), username: nasty(random) }),
    () =>
      JSON.stringify({
        file: random.chance(0.5) ? png(4, 4).toString("base64") : nasty(random),
        name: nasty(random),
        mime_type: nasty(random),
        channel: random.chance(0.5) ? "general" : nasty(random),
        validator: random.chance(0.7) ? alice.token : nasty(random),
        validator_key: nasty(random),
      }),
    plain,
    () => Uint8Array.from({ length: random.int(0, 200) }, () => random.int(0, 255)),
    () => "",
  ];
  const headers = () => ({
    ...(random.chance(0.6) && {
      "content-type": random.pick(["application/json", "text/plain", "multipart/form-data", "image/png"]),
    }),
    ...(random.chance(0.5) && { authorization: `Bearer ${random.chance(0.7) ? alice.token : word()}` }),
    ...(random.chance(0.2) && { range: `bytes=${random.pick(["0-", "-5", "9-1", "a-b", "0-1,2-3", "99999999999999999999-"])}` }),
    ...(random.chance(0.2) && { "x-github-event": random.pick(["push", "ping", "__proto__", word()]) }),
  });
  for (let round = 0; round < rounds; round++) {
    const method = random.pick(["GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]);
    const path = random.pick(paths)();
    const body = method === "POST" || method === "PUT" ? random.pick(bodies)() : undefined;
    app.clock.advance(5000);
    const response = await scene.ask(method, path, { headers: headers(), ...(body !== undefined && { body }) });
    const told = `${method} ${path} → ${response.status}`;
    if (response.status >= 500 && ![502, 503, 507].includes(response.status)) throw new Error(told);
    if (method !== "HEAD" && response.status >= 400 && response.headers.get("content-type")?.startsWith("application/json")) {
      const said = (await response.json()) as { error?: unknown };
      if (typeof said.error !== "string" || said.error === "") throw new Error(`${told} ${JSON.stringify(said)}`);
    }
  }
  const errors = app.log.lines.filter(({ level }) => level === "error");
  if (errors.length) throw new Error(JSON.stringify(errors[0]));
  await scene.uploaded(alice, png(9, 9));
}
