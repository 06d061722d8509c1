import { inMemory } from "../support/stage.ts";
import { transcripts } from "./transcripts.ts";

transcripts(inMemory);
