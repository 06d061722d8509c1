import { Box } from "ink";
import type { ReactNode } from "react";

import { counted } from "../../cli/table.ts";
import type { SeenFlow } from "../../wire/control/protocol.ts";
import type { Second, State } from "../store.ts";
import { cell, figure, megabytes, milliseconds, sparkline, timeOfDay } from "../../terminal/text.ts";
import { actFacts, actInWords } from "./acts.tsx";
import { LEVEL_TONES } from "./log.tsx";
import { Line, type Span } from "../../terminal/line.tsx";

const LABEL = 14;
const FIGURES = 26;

/** The server's figures, a line each, with the last minutes as bars where there is room. */
export function figureLines({ stats, seconds, voice, flows, lost }: State, width: number): Span[][] {
  if (!stats) return [[["Waiting for the server…", "dim"]]];
  const bars = Math.min(seconds.length, width - LABEL - FIGURES);
  const line = (label: string, said: string, of?: (second: Second) => number | null): Span[] => {
    const begun: Span[] = [[cell(label, LABEL), "dim"]];
    return of && bars > 8 ? [...begun, cell(said, FIGURES), [sparkline(seconds.map(of), bars), "accent"]] : [...begun, said];
  };
  const wires = Object.entries(stats.sessions).map(([wire, count]) => `${wire} ${count}`);
  const total = Object.values(stats.sessions).reduce((sum, count) => sum + count, 0);
  const calls = [...voice.values()].filter((seats) => seats.length);
  const inCalls = calls.reduce((sum, seats) => sum + seats.length, 0);
  const { acknowledgement, commit } = stats;
  const [messages, deliveries] = [stats.messages, stats.deliveries];
  return [
    line("Messages", `${figure(messages.perSecond)}/s, ${figure(messages.total)} in all`, (one) => one.messages),
    line("Deliveries", `${figure(deliveries.perSecond)}/s, ${figure(deliveries.total)} in all`, (one) => one.deliveries),
    line(
      "Acknowledged",
      `${milliseconds(acknowledgement.p50)}, p99 ${milliseconds(acknowledgement.p99)}`,
      (one) => one.acknowledgement,
    ),
    line("On disk", `${milliseconds(commit.p50)}, p99 ${milliseconds(commit.p99)}`, (one) => one.commit),
    line("Memory", megabytes(stats.residentBytes), (one) => one.residentBytes),
    line("Event loop", `${milliseconds(stats.eventLoopLagMs)} late`),
    line("Sessions", total ? `${figure(total)}: ${wires.join(", ")}` : "nobody is signed in"),
    line("Connections", figure(stats.connections)),
    ...(voice.size
      ? [line("Calls", calls.length ? `${inCalls} in ${counted(calls.length, "call")}` : "nobody is in a call")]
      : []),
    ...(flows.size ? [line("Relayed", relayed([...flows.values()]))] : []),
    ...(lost ? [[[`${figure(lost)} lines were left out: this terminal is too slow.`, "warn"]] as Span[]] : []),
  ];
}

/** `50/s in, 99/s out, 1 speaks`. */
function relayed(flows: readonly SeenFlow[]): string {
  const sum = (of: (flow: SeenFlow) => number | null) => figure(flows.reduce((all, flow) => all + (of(flow) ?? 0), 0));
  const speaking = flows.filter((flow) => flow.speaking).length;
  const who = speaking === 1 ? "1 speaks" : `${speaking || "nobody"} ${speaking ? "speak" : "speaks"}`;
  return `${sum((one) => one.in.perSecond)}/s in, ${sum((one) => one.out.perSecond)}/s out, ${who}`;
}

/** What was done and written last, newest first. */
export function newsLines({ acts, log }: State, count: number): Span[][] {
  const news: { at: number; spans: Span[] }[] = [
    ...acts.slice(0, count).map((entry) => ({
      at: entry.at,
      spans: [
        [actInWords(entry), "warn"],
        ` ${[entry.target?.name, actFacts(entry)].filter(Boolean).join(" ")}`,
        [` by ${entry.actor.name}`, "dim"],
      ] as Span[],
    })),
    ...log.slice(-count).map(({ at, level, event, text }) => ({
      at,
      spans: [
        [event, LEVEL_TONES[level]],
        [` ${text}`, "dim"],
      ] as Span[],
    })),
  ];
  return news
    .toSorted((a, b) => b.at - a.at)
    .slice(0, count)
    .map(({ at, spans }): Span[] => [[`${timeOfDay(at)} `, "dim"], ...spans]);
}

/** Figures, then whatever was told at the start, then what happened last. */
export function Overview(of: {
  readonly state: State;
  readonly width: number;
  readonly height: number;
  readonly notices: readonly string[];
}): ReactNode {
  const { state, width, height, notices } = of;
  const figures = figureLines(state, width);
  const above: Span[][] = [...figures, [], ...notices.map((text): Span[] => [text]), ...(notices.length ? [[]] : [])];
  // One for the heading, one that stays empty above the keys.
  const room = height - above.length - 2;
  const lines = room > 0 ? [...above, [["Latest", "strong"]] as Span[], ...newsLines(state, room)] : above;
  return (
    <Box flexDirection="column" width={width} height={height}>
      {lines.slice(0, height).map((spans, index) => (
        <Line key={index} spans={spans} width={width} />
      ))}
    </Box>
  );
}
