import { existsSync } from "node:fs";

import { Args, Flags } from "@oclif/core";

import { CommandError, EXIT } from "./exit.ts";

/** A flag that names a file to be read: one that is not there is wrong usage. Pipes and devices (`<(pass show chat)`) are files too. */
export const fileFlag = Flags.custom<string>({
  helpValue: "<file>",
  parse: async (path) => {
    if (!existsSync(path)) throw new Error(`there is no file ${path}`);
    return path;
  },
});

/** An argument that names a file or a folder to be read: one that is not there is not found. */
export const pathArg = Args.custom<string>({
  parse: async (path) => {
    if (!existsSync(path)) throw new CommandError(`There is no file or folder ${path}.`, EXIT.notFound);
    return path;
  },
});
