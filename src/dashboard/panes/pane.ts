import type { View } from "../keys.ts";
import type { State } from "../store.ts";

/** What every pane is given: what there is to show, and the room for it. */
export interface PaneProps {
  readonly state: State;
  readonly view: View;
  readonly width: number;
  readonly height: number;
}
