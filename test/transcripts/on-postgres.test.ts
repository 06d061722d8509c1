import { describe } from "bun:test";
import { postgresServer } from "../support/postgres.ts";
import { onPostgres } from "../support/stage.ts";
import { transcripts } from "./transcripts.ts";

describe.skipIf(!postgresServer)("on Postgres", () => transcripts(onPostgres));
