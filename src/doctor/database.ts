import { existsSync } from "node:fs";

import { checkPostgres } from "../storage/postgres-connection.ts";
import { glanceAtDatabase } from "../storage/database-copy.ts";
import { DatabaseUnusable } from "../storage/store.ts";
import { type Finding, good, odd, wrong, wrongAsSaid } from "./finding.ts";
import type { Patient } from "./patient.ts";

export interface Stored {
  readonly finding: Finding;
  /** When the newest thing in it happened, ms since 1970. */
  readonly newest?: number | undefined;
}

/** Postgres: whether it lets us in and can be written. SQLite: pages and schema, also while the server writes. */
export async function examineDatabase({ folder, settings }: Patient): Promise<Stored> {
  const about = "database";
  try {
    if (settings.database.url) {
      await checkPostgres(settings.database.url);
      return { finding: good(about, `The Postgres server at ${new URL(settings.database.url).host} answers.`) };
    }
    if (!existsSync(folder.databaseFile)) return { finding: good(about, 'There is none yet: the first "chat serve" makes it.') };
    const { schema, known, faults, newest } = glanceAtDatabase(folder.databaseFile);
    if (faults)
      return {
        finding: wrong(
          about,
          `${folder.databaseFile} is damaged: ${faults}.`,
          "Stop the server and restore a backup (chat restore).",
        ),
      };
    if (schema > known)
      return {
        finding: wrong(
          about,
          `It was written by a newer version (schema ${schema}; this program knows ${known}).`,
          "Install that version or a later one.",
        ),
      };
    if (schema < known)
      return {
        finding: odd(
          about,
          `It is whole, and of an older version (schema ${schema} of ${known}).`,
          'Make a backup; the next "chat serve" brings it up to date.',
        ),
        newest,
      };
    return { finding: good(about, `It is whole (quick_check), schema ${schema}.`), newest };
  } catch (why) {
    if (why instanceof DatabaseUnusable) return { finding: wrongAsSaid(about, why.message) };
    throw why;
  }
}
