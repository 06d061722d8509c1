import { padded } from "./text.ts";

/** What happened, as this wire tells it; texts are harmless already. */
export type Said =
  | {
      readonly kind: "message";
      readonly channel: string;
      readonly room: string;
      readonly id: string;
      readonly author: string;
      readonly rows: readonly string[];
      /** Ids of the users it calls upon. */
      readonly calls: readonly string[];
    }
  /** A short word about a channel. */
  | { readonly kind: "note"; readonly channel: string; readonly text: string }
  /** A short word about a channel where nobody here can sit, for whoever may view it and looks at a room. */
  | { readonly kind: "elsewhere"; readonly text: string }
  | { readonly kind: "renamed"; readonly channel: string; readonly name: string }
  | { readonly kind: "direct"; readonly from: Person; readonly to: Person; readonly rows: readonly string[] }
  /** The server's word to one person. */
  | { readonly kind: "word"; readonly text: string };
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** `[name      ]: text`, further rows below the text. */
export function messageRows(author: string, rows: readonly string[], columns: number): string[] {
  const head = `[${padded(author, columns)}]: `;
  const margin = " ".repeat(Bun.stringWidth(head));
  return rows.map((row, at) => (at === 0 ? head : margin) + row);
}
export const noteRow = (text: string): string => `* ${text}`;
export const serverRow = (text: string, columns: number): string => `[${padded("SERVER", columns)}]: ${text}`;
