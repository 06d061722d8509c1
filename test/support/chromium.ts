// A real browser, driven over the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/).
import { temporaryFolder } from "./folder.ts";

/** Undefined where none is installed. */
export const chromiumPath = (): string | undefined =>
  ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].map((name) => Bun.which(name)).find(Boolean) ??
  undefined;

/** What a page is waited for at most, on a machine that has other work too. */
const PATIENCE_MS = 20_000;

const FLAGS = [
  "--headless=new",
  "--remote-debugging-port=0",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--disable-extensions",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  // Each tab is used, whichever is in front.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
  "--use-fake-device-for-media-stream",
];

export interface Tab {
  /** The value of an expression, after its promise. */
  value<T>(expression: string): Promise<T>;
  /** Waits until an expression is true; says what the page shows when it does not become so. */
  until(expression: string): Promise<void>;
  /** Any command of the protocol, for this tab. */
  send(method: string, params?: object): Promise<Record<string, any>>;
  close(): Promise<void>;
  /** What the page's console complained about, and what it threw. */
  readonly complaints: readonly string[];
}

export interface Chromium extends AsyncDisposable {
  /** @param before a script that runs in the page before its own. */
  open(url: string, before?: string): Promise<Tab>;
}

type Message = { id?: number; method?: string; params?: any; sessionId?: string; result?: any; error?: { message: string } };

export async function startChromium(path: string, flags: readonly string[] = []): Promise<Chromium> {
  const folder = temporaryFolder();
  // Its sandbox does not work as root.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const child = Bun.spawn([path, ...FLAGS, ...sandbox, ...flags, `--user-data-dir=${folder.path}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const socket = new WebSocket(await devToolsOf(child.stderr));
  await new Promise((opened, failed) => {
    socket.addEventListener("open", opened);
    socket.addEventListener("error", failed);
  });
  const asked = new Map<number, { done: (result: any) => void; failed: (why: Error) => void }>();
  const heard = new Map<string, (method: string, params: any) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, method, params, sessionId, result, error } = JSON.parse(String(data)) as Message;
    if (method !== undefined) return heard.get(sessionId ?? "")?.(method, params);
    const waiting = asked.get(id!);
    asked.delete(id!);
    if (error) waiting?.failed(new Error(error.message));
    else waiting?.done(result);
  });
  let last = 0;
  const send = (method: string, params: object = {}, sessionId?: string): Promise<Record<string, any>> =>
    new Promise((done, failed) => {
      const id = ++last;
      asked.set(id, { done, failed });
      socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    });

  return {
    async open(url, before) {
      const { targetId } = await send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      const complaints: string[] = [];
      heard.set(sessionId, (method, params) => {
        if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.exception?.description ?? "thrown");
        if (method === "Log.entryAdded" && params.entry.level === "error")
          complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`);
      });
      const inTab = (method: string, params?: object) => send(method, params, sessionId);
      for (const domain of ["Page", "Runtime", "Log"]) await inTab(`${domain}.enable`);
      // Each is used as if it were the one in front.
      await inTab("Emulation.setFocusEmulationEnabled", { enabled: true });
      if (before) await inTab("Page.addScriptToEvaluateOnNewDocument", { source: before });
      await inTab("Page.navigate", { url });
      const value = async <T>(expression: string): Promise<T> => {
        const answer = await inTab("Runtime.evaluate", {
          expression,
          awaitPromise: true,
          returnByValue: true,
          userGesture: true,
        });
        const { exceptionDetails: broke } = answer;
        if (broke) throw new Error(`${broke.exception?.description ?? broke.text} in ${expression}`);
        return answer["result"].value as T;
      };
      return {
        value,
        send: inTab,
        complaints,
        async until(expression) {
          const late = Date.now() + PATIENCE_MS;
          // A page that is on its way elsewhere answers nothing.
          while (!(await value(waitingFor(expression)).catch(() => false)))
            if (Date.now() > late)
              throw new Error(`never came: ${expression}\n${await value("document.body.innerText")}\n${complaints.join("\n")}`);
        },
        async close() {
          heard.delete(sessionId);
          await send("Target.closeTarget", { targetId });
        },
      };
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      child.kill("SIGKILL");
      await child.exited;
      folder[Symbol.dispose]();
    },
  };
}

/** Looks in the page itself, whose work it leaves time for; false after a while in which the expression was not true. */
const waitingFor = (expression: string): string => `(async () => {
  for (let looks = 0; looks < 50; looks++) {
    if (await (async () => ${expression})().catch(() => false)) return true;
    await new Promise((goOn) => setTimeout(goOn, 20));
  }
  return false;
})()`;

/** It says where it is to be driven from in a line of its own. */
async function devToolsOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let said = "";
  const reader = stderr.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Chromium ended:\n${said}`);
    said += decoder.decode(value, { stream: true });
    const url = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (!url) continue;
    // What it says from then on would fill the pipe.
    void (async () => {
      while (!(await reader.read()).done);
    })();
    return url;
  }
}
