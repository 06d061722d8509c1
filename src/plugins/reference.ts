import text from "./reference.md" with { type: "text" };

/** What `chat docs plugins` prints. */
export const pluginsText: string = text;
