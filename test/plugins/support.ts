import { Installed, Rights } from "../../src/domain/plugins/plugin.ts";
import { installPlugin } from "../../src/domain/plugins/change-plugin.ts";
import { consoleActor } from "../../src/app.ts";
import type { Plugin } from "../../src/plugins/host.ts";
import type { RunnerParts } from "../../src/plugins/runner.ts";
import { startThread } from "../../src/plugins/thread.ts";
import { provideChatPlugin } from "../../src/plugins/virtual-module.ts";
import { FakeClock, type SomeSettings, type TestApp, testApp } from "../support/world.ts";

provideChatPlugin();

export type Mode = "in process" | "in a thread";
export const MODES: readonly Mode[] = ["in process", "in a thread"];

export interface Fixture {
  readonly name: string;
  readonly rights: Partial<Rights>;
  readonly options?: Record<string, unknown>;
}

const fileOf = (name: string): string => new URL(`./fixtures/${name}.ts`, import.meta.url).pathname;

export const plainParts = (more: Partial<RunnerParts> = {}) => ({
  bundled: [],
  shelf: { entry: async (name: string) => fileOf(name), watch: () => () => {} },
  startThread,
  // Threads answer by real time: what they are watched by stands still unless a test moves it.
  watchTimers: new FakeClock(),
  fetch: async () => ({ status: 200, headers: {}, body: "fetched" }),
  connect: () => {
    throw new Error("no connections here");
  },
  ...more,
});

/** An app with the fixtures as plugins, in the server's thread or each in one of its own. */
export async function appWith(
  mode: Mode,
  fixtures: readonly Fixture[],
  settings: SomeSettings = {},
  more: Partial<RunnerParts> = {},
): Promise<TestApp> {
  const all = {
    ...settings,
    plugins: { ...Object.fromEntries(fixtures.map(({ name, options = {} }) => [name, options])), ...settings.plugins },
  };
  if (mode === "in process") {
    const bundled = await Promise.all(
      fixtures.map(async ({ name, rights }) => {
        const { default: plugin } = (await import(fileOf(name))) as { default: Plugin };
        return { ...plugin, rights, enabledByDefault: true };
      }),
    );
    return testApp(all, { plugins: plainParts({ bundled, ...more }) });
  }
  const app = await testApp(all, { plugins: plainParts(more) });
  for (const { name, rights } of fixtures) await install(app, name, rights);
  return app;
}

export const install = (app: TestApp, name: string, rights: Partial<Rights>) =>
  app.kernel.invoke(installPlugin, consoleActor(app.community.id), {
    name,
    installed: Installed.parse({
      spec: name,
      version: "1.0.0",
      description: "",
      root: ".",
      linked: true,
      integrity: null,
      hash: null,
      rights: Rights.parse(rights),
    }),
  });

/** Waits, without time passing, until something is so. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((go) => setImmediate(go));
}
