import { z } from "zod";

/** What a key knows about itself besides its type; file comments, environment names and the reference are made from it. */
export interface KeyMeta {
  readonly description: string;
  /** Never shown: masked in `config show`, kept out of the file's comments, readable from a file named by `…_FILE`. */
  readonly secret?: boolean;
}

/** `meta` would make a second schema of each. */
const described = <T extends z.ZodType>(type: T, meta: KeyMeta): T => {
  z.globalRegistry.add(type, { ...meta });
  return type;
};

/** A key with its type, its default, and a sentence. */
export const key = <T extends z.ZodType>(
  type: T,
  standard: z.output<T>,
  description: string,
  more: Omit<KeyMeta, "description"> = {},
) => described(z._default(type, standard as never), { description, ...more });

/** A section: unknown keys in it are refused, and what is not named in it takes its default. */
export const section = <S extends z.ZodRawShape>(description: string, shape: S) =>
  described(z.strictObject(shape).prefault({} as never), { description });
