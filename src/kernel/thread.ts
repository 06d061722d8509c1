/** A thread of this program, with which only messages are exchanged. */
export interface Thread<In> {
  post(message: In): void;
  /** Ends it at once, which is not told. */
  terminate(): void;
}

/**
 * Starts a thread, which sees nothing of the environment.
 * @param name as the system shows it.
 * @param smallHeap for one that keeps little: memory is looked through more often.
 * @param ended is called once when it has ended by itself, with the reason.
 */
export function startThread<In, Out>(
  entry: URL,
  { name, smallHeap = false }: { readonly name: string; readonly smallHeap?: boolean },
  hear: (message: Out) => void,
  ended: (reason: string) => void,
): Thread<In> {
  const worker = new Worker(entry, { env: {}, name, smol: smallHeap });
  let over = false;
  const end = (reason: string) => {
    if (over) return;
    over = true;
    ended(reason);
  };
  worker.addEventListener("message", ({ data }) => hear(data as Out));
  worker.addEventListener("error", (event) => {
    event.preventDefault?.();
    end(event.message || "it failed outside of any handler");
    worker.terminate();
  });
  worker.addEventListener("close", () => end("its thread has ended"));
  return {
    post: (message) => worker.postMessage(message, []),
    terminate: () => {
      over = true;
      worker.terminate();
    },
  };
}
