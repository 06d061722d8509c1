import { z } from "zod";
import { operation } from "../../kernel/operation.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { StoredFile, storedFile } from "../attachments/stored-file.ts";
import { assetOf } from "./statements.ts";

/** The community's own pictures. */
export const ASSETS = ["icon", "banner"] as const;

export const openAsset = operation({
  name: "asset.open",
  summary: "The community's icon or banner, when it is kept here, for anybody.",
  input: () => z.object({ kind: z.enum(ASSETS, "asset.kind") }),
  output: () => z.object({ file: StoredFile }),
  access: {},
  async run(call) {
    const { kind } = call.input;
    const row = await call.store.one(assetOf, { community: call.actor.community, kind });
    const file = row && (await storedFile(call, { ...row, name: kind }));
    if (!file) throw new Refusal("not-found", "asset");
    return { file };
  },
});
