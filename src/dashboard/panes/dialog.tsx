import { Box } from "ink";
import type { ReactNode } from "react";

import type { Target } from "../actions.ts";
import { type Dialog, questionOf } from "../keys.ts";
import type { State } from "../store.ts";
import { fit } from "../../terminal/text.ts";
import { Line } from "../../terminal/line.tsx";

/** Rows of the screen that a dialog takes. */
export const DIALOG_ROWS = 4;

function nameOf(target: Target): string {
  switch (target.kind) {
    case "room":
      return target.room.name;
    case "person":
      return target.person.user.name;
    case "plugin":
      return target.plugin.name;
    case "server":
      return "every text room";
  }
}

/** The end of what is typed, so that the cursor is always seen. */
function ending(text: string, width: number): string {
  let shown = text;
  while (Bun.stringWidth(shown) > width) shown = [...shown].slice(1).join("");
  return shown;
}

export function DialogBox({ dialog, state, width }: { dialog: Dialog; state: State; width: number }): ReactNode {
  const { action, target, answers, typed, wrong } = dialog;
  const field = questionOf(dialog);
  const hint = field?.empty === undefined ? "" : ` (Enter alone: ${field.empty})`;
  return (
    <Box flexDirection="column" width={width} height={DIALOG_ROWS}>
      <Line spans={[["─".repeat(width), "dim"]]} width={width} />
      <Line spans={[[`${action.name}: `, "strong"], fit(nameOf(target), 60)]} width={width} />
      {field ? (
        <Line
          spans={[
            [`${field.question}${hint}: `, "accent"],
            ending(typed, Math.max(8, width - field.question.length - hint.length - 4)),
            ["▏", "accent"],
          ]}
          width={width}
        />
      ) : (
        <Line
          spans={[
            [`${action.sure?.(target, answers, state) ?? ""} `, "warn"],
            ["y / n", "strong"],
          ]}
          width={width}
        />
      )}
      <Line spans={[[wrong ?? "", "bad"]]} width={width} />
    </Box>
  );
}
