import type { Embed } from "../messages/embed.ts";
import { BODY, COLORS, cut, TELLERS, type Told } from "./github-events.ts";
import { type Fields, fieldsOf } from "./github-fields.ts";

/** `silent`: a known event that nobody wants to read. `unknown`: no event of GitHub's that can be told. */
export type GithubTelling = Embed | "silent" | "unknown";

const TITLE = 256;
const NAME = 256;
const oneLine = (text: string, length: number) => cut(text.replace(/\s+/g, " "), length);

/**
 * A GitHub webhook event as an embed, within the bounds of every embed whatever the payload holds. `event` is the header `X-GitHub-Event`;
 * `now` (ms) dates what has no date of its own. Pushes as reference/originchats.md §4.3 has them.
 */
export function githubEmbed(event: string, payload: unknown, now: number): GithubTelling {
  const fields = fieldsOf(payload);
  if (!fields || !Object.hasOwn(TELLERS, event)) return "unknown";
  const told: Told | undefined = TELLERS[event]?.(fields);
  if (!told) return "silent";
  const [repository, organization, sender] = ["repository", "organization", "sender"].map((name) => fields.at(name)) as [
    Fields,
    Fields,
    Fields,
  ];
  const login = sender.text("login") || fields.text("pusher.name") || "GitHub";
  const place = repository.text("full_name") || organization.text("login");
  const links = { url: sender.link("html_url"), icon_url: sender.link("avatar_url") };
  const url = told.url ?? repository.link("html_url");
  return {
    type: "rich",
    title: oneLine(told.title, TITLE),
    color: COLORS[told.color ?? "plain"],
    timestamp: dateOf(told.at) ?? new Date(now).toISOString(),
    author: {
      name: oneLine(place === "" ? login : `${login} - ${place}`, NAME),
      ...(links.url !== undefined && { url: links.url }),
      ...(links.icon_url !== undefined && { icon_url: links.icon_url }),
    },
    ...(url !== undefined && { url }),
    ...(told.description !== undefined && told.description !== "" && { description: cut(told.description, BODY) }),
  };
}

const dateOf = (text: string | undefined): string | undefined => {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
};
