import { z } from "zod";
import type { Actor, Operation } from "../../kernel/operation.ts";
import { operation } from "../../kernel/operation.ts";
import { PERMISSIONS, type Right } from "../roles/permissions.ts";
import { permitted, signedIn } from "../users/access.ts";

/** An operation that a plugin adds, `plugin.<plugin>.<verb>`; for members with `needs`, or for every member. */
export function addedOperation(def: {
  readonly plugin: string;
  readonly verb: string;
  readonly summary: string;
  readonly input: z.ZodType;
  readonly needs: string | null;
  run(call: { readonly actor: Actor; readonly input: unknown }): Promise<unknown>;
}): Operation {
  if (!/^[a-z]+(-[a-z]+)*$/.test(def.verb)) throw new RangeError(`"${def.verb}" is no verb: write it like make-room`);
  if (def.needs !== null && !(PERMISSIONS as readonly string[]).includes(def.needs))
    throw new RangeError(`there is no permission ${def.needs}`);
  return operation({
    name: `plugin.${def.plugin}.${def.verb}`,
    summary: def.summary,
    input: () => def.input,
    output: () => z.unknown(),
    access: { by: def.needs === null ? signedIn() : permitted(def.needs as Right) },
    run: ({ actor, input }) => def.run({ actor, input }),
  });
}
