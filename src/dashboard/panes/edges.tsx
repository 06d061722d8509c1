import type { ReactNode } from "react";

import { spoken } from "../../cli/duration.ts";
import { actionsOn } from "../actions.ts";
import type { View } from "../keys.ts";
import { PANES, targetAt } from "../rows.ts";
import type { State } from "../store.ts";
import { cell, fit } from "../../terminal/text.ts";
import { Line, type Span } from "../../terminal/line.tsx";

/** Which server this is, and whether it is there. */
export function Top({ state, width, now }: { state: State; width: number; now: number }): ReactNode {
  const { link, status, stats } = state;
  if (link.is === "lost") {
    const since = spoken(Math.max(1, Math.round((now - link.at) / 1000)));
    return (
      <Line
        spans={[
          ["● ", "bad"],
          [`${link.why} Trying again… `, "bad"],
          [`for ${since}`, "dim"],
        ]}
        width={width}
      />
    );
  }
  if (!status)
    return (
      <Line
        spans={[
          ["○ ", "dim"],
          ["Connecting…", "dim"],
        ]}
        width={width}
      />
    );
  const right = `${uptime(stats?.uptimeSeconds ?? 0)}  chat ${status.version}`;
  const left = `${fit(status.community, 40)}  `;
  const space = Math.max(0, width - 2 - Bun.stringWidth(left) - right.length - 1);
  return (
    <Line
      spans={[["● ", "good"], [left, "strong"], [cell(status.urls.join(", ") || status.data, space), "dim"], " ", [right, "dim"]]}
      width={width}
    />
  );
}
/** In whole minutes: seconds would have the screen drawn for nothing else. */
const uptime = (seconds: number): string => (seconds < 60 ? "just started" : `up ${spoken(seconds - (seconds % 60))}`);

export function Tabs({ view, width }: { view: View; width: number }): ReactNode {
  const short = PANES.reduce((sum, { title }) => sum + title.length + 4, 0) > width;
  const spans = PANES.flatMap(({ id, title }, index): Span[] => {
    const here = id === view.pane;
    const label = short && !here ? String(index + 1) : `${index + 1} ${title}`;
    return [[here ? `[${label}]` : ` ${label} `, here ? "strong" : "dim"]];
  });
  return <Line spans={spans} width={width} />;
}

/** What came of the last key, else which keys mean something here. */
export function Bottom({ state, view, width }: { state: State; view: View; width: number }): ReactNode {
  const filter = view.filter[view.pane];
  if (view.mode === "filter")
    return <Line spans={[["/", "accent"], filter, ["▏", "accent"], ["  Enter keeps it, Esc clears it", "dim"]]} width={width} />;
  if (view.mode === "help") return <Line spans={[["Any key closes the help", "dim"]]} width={width} />;
  if (view.said) return <Line spans={[[view.said.text, view.said.good ? "good" : "bad"]]} width={width} />;
  if (view.dialog) return <Line spans={[["Esc gives up", "dim"]]} width={width} />;
  const target = targetAt(state, view);
  const keys = [
    "? help",
    "q quit",
    ...(view.pane === "overview" ? [] : ["/ filter"]),
    ...(target ? actionsOn(target.kind) : []).concat(actionsOn("server")).map(({ key, name }) => `${key} ${name.toLowerCase()}`),
  ];
  const kept: Span[] = filter ? [[`/${filter}  `, "accent"]] : [];
  return <Line spans={[...kept, [keys.join("  "), "dim"]]} width={width} />;
}
