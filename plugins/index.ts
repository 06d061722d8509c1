import type { Bundled } from "../src/plugins/bundled.ts";
import automod from "./automod/index.ts";
import discordBridge from "./discord-bridge/index.ts";
import github from "./github/index.ts";
import meet from "./meet/index.ts";
import moderation from "./moderation/index.ts";
import welcome from "./welcome/index.ts";

/** The plugins that come with the chat. */
export const bundled: readonly Bundled<any>[] = [automod, discordBridge, github, meet, moderation, welcome];
