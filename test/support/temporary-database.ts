import { SQL } from "bun";

export interface TemporaryDatabase extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
}

/** An empty database on a server; dropped when disposed, whoever is still connected. */
export async function temporaryDatabase(on: string): Promise<TemporaryDatabase> {
  const server = new SQL(on, { max: 1 });
  const name = `chat_test_${Bun.randomUUIDv7().replaceAll("-", "")}`;
  await server.unsafe(`create database ${name}`);
  const url = new URL(on);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    async [Symbol.asyncDispose]() {
      await server.unsafe(`drop database if exists ${name} with (force)`);
      await server.close();
    },
  };
}
