import { messageRows, noteRow, type Said } from "./said.ts";
import { addToScreen, BOLD, type Screen } from "./screen.ts";

const BELL = "\x07";
/** Before a message that calls upon the reader, where there is no bold type. */
const CALLED = ">> ";

/** How a session shows what it hears. */
export interface Look {
  /** Absent: plain lines, without any movement of the cursor. */
  readonly screen: Screen | undefined;
  readonly called: boolean;
  readonly bell: boolean;
}

/** One thing said, made into bytes once for all sessions that show it alike. */
export class Printed {
  readonly #made = new Map<string, Uint8Array>();
  /** As they stand in the view. */
  readonly rows: readonly string[];

  /** @param columns for which names are padded. */
  constructor(
    readonly said: Said,
    columns: number,
  ) {
    this.rows = rowsOfSaid(said, columns);
  }

  in({ screen, called, bell }: Look): Uint8Array {
    const key = `${screen ? `${screen.rows}x${screen.columns}` : ""} ${called} ${called && bell}`;
    let made = this.#made.get(key);
    if (!made) {
      const text = screen
        ? addToScreen(screen, this.rows, called ? BOLD : "")
        : this.rows.map((row, at) => `${called && at === 0 ? CALLED : ""}${row}\r\n`).join("");
      this.#made.set(key, (made = new TextEncoder().encode((called && bell ? BELL : "") + text)));
    }
    return made;
  }
}

function rowsOfSaid(said: Said, columns: number): readonly string[] {
  switch (said.kind) {
    case "message":
      return messageRows(said.author, said.rows, columns);
    case "direct":
      return messageRows(said.from.name, said.rows, columns);
    case "note":
    case "elsewhere":
      return [noteRow(said.text)];
    case "renamed":
      return [noteRow(`this room is now called ${said.name}`)];
    case "word":
      return [said.text];
  }
}
