import { describe } from "bun:test";
import { overSockets } from "../support/stage.ts";
import { transcripts } from "./transcripts.ts";

describe("over sockets", () => transcripts(overSockets));
