/** Text of somebody else's in one line that calls upon nobody. */
const plain = (text: unknown, length = 200): string => {
  const line = String(text ?? "")
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll("@", "@\u200b")
    .trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};
const address = (url: unknown): string =>
  typeof url === "string" && url.startsWith("https://github.com/") ? `\n${url.slice(0, 500)}` : "";
const count = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? "" : "s"}`;

type Teller = (payload: any, repository: string) => string | undefined;

const TELLERS: Readonly<Record<string, Teller>> = {
  PushEvent: ({ ref, size, commits, before, head }, repository) => {
    const branch = plain(String(ref).replace(/^refs\/(heads|tags)\//, ""));
    const n = Number(size ?? commits?.length ?? 0);
    const first = plain(commits?.at(-1)?.message?.split("\n")[0]);
    const diff =
      before && head ? address(`https://github.com/${repository}/compare/${plain(before, 40)}...${plain(head, 40)}`) : "";
    return `pushed ${n > 0 ? count(n, "commit") : "commits"} to **${branch}**${first ? `: ${first}` : ""}${diff}`;
  },
  IssuesEvent: ({ action, issue }) =>
    ["opened", "closed", "reopened"].includes(action)
      ? `${action} issue #${Number(issue?.number)}: ${plain(issue?.title)}${address(issue?.html_url)}`
      : undefined,
  PullRequestEvent: ({ action, pull_request: pull, number }) =>
    ["opened", "closed", "reopened", "merged"].includes(action)
      ? `${action === "closed" && pull?.merged ? "merged" : action} pull request #${Number(number)}: ${plain(pull?.title)}${address(pull?.html_url)}`
      : undefined,
  IssueCommentEvent: ({ action, issue, comment }) =>
    action === "created"
      ? `commented on #${Number(issue?.number)}: ${plain(comment?.body)}${address(comment?.html_url)}`
      : undefined,
  ReleaseEvent: ({ action, release }) =>
    action === "published" ? `released **${plain(release?.name || release?.tag_name)}**${address(release?.html_url)}` : undefined,
  CreateEvent: ({ ref_type: kind, ref }) =>
    kind === "tag" || kind === "branch" ? `created the ${kind} **${plain(ref)}**` : undefined,
  DeleteEvent: ({ ref_type: kind, ref }) =>
    kind === "tag" || kind === "branch" ? `deleted the ${kind} **${plain(ref)}**` : undefined,
  ForkEvent: ({ forkee }) => `forked it to ${plain(forkee?.full_name)}${address(forkee?.html_url)}`,
  WatchEvent: () => "starred it",
};

/** An event of GitHub's list as a line of chat; undefined for what is not told. */
export function lineOf(event: any, repository: string): string | undefined {
  const said = TELLERS[event?.type]?.(event.payload ?? {}, repository);
  return said && `**${repository}**: ${plain(event.actor?.display_login ?? event.actor?.login, 60)} ${said}`;
}
