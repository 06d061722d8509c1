import type { Plugin } from "../src/plugins/host.ts";

/** The plugins that come with the chat. */
export const bundled: readonly Plugin[] = [];
