import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A package as `npm pack` writes it, no script run. @param files by path; `package.json` among them. @returns the archive's path */
export function packed(folder: string, files: Readonly<Record<string, string>>): string {
  const npm = Bun.which("npm");
  if (!npm) throw new Error("this test needs npm");
  const source = mkdtempSync(join(folder, "package-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), content);
  }
  const run = spawnSync(npm, ["pack", "--ignore-scripts", "--json", "--offline"], {
    cwd: source,
    env: { PATH: process.env["PATH"], HOME: folder },
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(run.stderr);
  const [, file] = /"filename":\s*"([^"]+)"/.exec(run.stdout)!;
  return join(source, file!.replace("@", "").replace("/", "-"));
}

/** A package registry on loopback, as far as installing asks for it. */
export class NpmRegistry implements Disposable {
  readonly #packages = new Map<string, { json: { version: string }; archive: Uint8Array<ArrayBuffer>; integrity: string }[]>();
  readonly #server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => this.#answer(new URL(request.url).pathname),
  });

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/`;
  }
  /** @param as the integrity that is claimed for it, its own without. */
  publish(json: { name: string; version: string }, archive: string, as?: string): void {
    const bytes = new Uint8Array(readFileSync(archive));
    const integrity = as ?? `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    this.#packages.set(json.name, [...(this.#packages.get(json.name) ?? []), { json, archive: bytes, integrity }]);
  }
  #answer(path: string): Response {
    const asked = decodeURIComponent(path).slice(1);
    const [name = "", file] = asked.split("/-/");
    const versions = this.#packages.get(name);
    if (!versions) return Response.json({ error: "Not found" }, { status: 404 });
    if (file) return new Response(versions.find(({ json }) => file === `${json.version}.tgz`)?.archive ?? null);
    return Response.json({
      name,
      "dist-tags": { latest: versions.at(-1)!.json.version },
      versions: Object.fromEntries(
        versions.map(({ json, integrity }) => [
          json.version,
          { ...json, dist: { integrity, tarball: `${this.url}${name}/-/${json.version}.tgz` } },
        ]),
      ),
    });
  }
  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }
}
