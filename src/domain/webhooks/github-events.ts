import type { Fields } from "./github-fields.ts";

/** As GitHub paints them. */
export const COLORS = { plain: 0x24292e, good: 0x1a7f37, bad: 0xcf222e, merged: 0x8250df, still: 0x57606a } as const;
export type Color = keyof typeof COLORS;

/** What an event adds to the frame every event has. */
export interface Told {
  readonly title: string;
  readonly url?: string | undefined;
  readonly color?: Color;
  readonly description?: string;
  readonly at?: string | undefined;
}
type Teller = (payload: Fields) => Told | undefined;

/** The rest of an embed's 4096 would push the chat off the screen. */
export const BODY = 1500;
const LINE = 200;
const COMMITS = 10;

/** At most so long, with a sign that there was more. */
export const cut = (text: string, length: number): string =>
  text.length <= length
    ? text
    : `${text
        .slice(0, length - 1)
        .toWellFormed()
        .replace(/\ufffd$/, "")}…`;
const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
const firstLine = (text: string) => cut(text.split(/[\r\n]/, 1)[0] ?? "", LINE);
/** `#12 Its title`. */
const numbered = (thing: Fields) => `#${thing.number("number")} ${firstLine(thing.text("title"))}`;

const push: Teller = (payload) => {
  const ref = payload.text("ref");
  const name = ref.startsWith("refs/tags/") ? `tag ${ref.slice(10)}` : ref.replace(/^refs\/heads\//, "");
  const commits = payload.list("commits");
  const deed = ["deleted", "created"].find((one) => payload.is(one)) ?? (payload.is("forced") ? "force-pushed" : undefined);
  if (name === "" || (deed === undefined && commits.length === 0)) return undefined;
  const lines = commits.slice(0, COMMITS).map((commit) => {
    const short = `\`${
      commit
        .text("id")
        .slice(0, 7)
        .replace(/[^0-9a-f]/gi, "") || "commit"
    }\``;
    const link = commit.link("url");
    return `${link === undefined ? short : `[${short}](${link})`} ${firstLine(commit.text("message"))}`;
  });
  const description: string[] = [];
  // A line is left out whole: half a link is no link.
  for (const line of lines) {
    if ([...description, line].join("\n").length > BODY - 40) break;
    description.push(line);
  }
  const left = commits.length - description.length;
  if (left > 0) description.push(`… and ${count(left, "more commit")}`);
  return {
    title: deed === undefined ? `${cut(name, 200)}: ${count(commits.length, "commit")}` : `${cut(name, 200)} ${deed}`,
    // The comparison of a branch that is gone leads nowhere.
    url: deed === "deleted" ? undefined : payload.link("compare"),
    description: description.join("\n"),
    at: payload.text("head_commit.timestamp"),
  };
};

const issues: Teller = (payload) => {
  const issue = payload.at("issue");
  const deed = payload.text("action");
  if (!["opened", "closed", "reopened"].includes(deed)) return undefined;
  const unplanned = deed === "closed" && issue.text("state_reason") === "not_planned";
  return {
    title: `Issue ${deed}${unplanned ? " as not planned" : ""}: ${numbered(issue)}`,
    url: issue.link("html_url"),
    color: deed === "closed" ? (unplanned ? "still" : "merged") : "good",
    ...(deed === "opened" && { description: issue.text("body") }),
    at: issue.text("updated_at"),
  };
};

const issueComment: Teller = (payload) => {
  if (payload.text("action") !== "created") return undefined;
  const kind = payload.has("issue.pull_request") ? "pull request" : "issue";
  return {
    title: `Comment on ${kind} ${numbered(payload.at("issue"))}`,
    url: payload.link("comment.html_url"),
    description: payload.text("comment.body"),
    at: payload.text("comment.created_at"),
  };
};

const pullRequest: Teller = (payload) => {
  const pull = payload.at("pull_request");
  const action = payload.text("action");
  const merged = action === "closed" && pull.is("merged");
  const deeds: Readonly<Record<string, [string, Color]>> = {
    opened: pull.is("draft") ? ["opened as a draft", "still"] : ["opened", "good"],
    reopened: ["reopened", "good"],
    ready_for_review: ["ready for review", "good"],
    closed: merged ? ["merged", "merged"] : ["closed", "bad"],
  };
  if (!Object.hasOwn(deeds, action)) return undefined;
  const [deed, color] = deeds[action] as [string, Color];
  return {
    title: `Pull request ${deed}: ${numbered(pull)}`,
    url: pull.link("html_url"),
    color,
    ...(action === "opened" && { description: pull.text("body") }),
    at: pull.text("updated_at"),
  };
};

const review: Teller = (payload) => {
  const body = payload.text("review.body");
  const verdicts: Readonly<Record<string, [string, Color]>> = {
    approved: ["Approved", "good"],
    changes_requested: ["Changes requested on", "bad"],
    commented: ["Review of", "plain"],
  };
  const state = payload.text("review.state").toLowerCase();
  // A review without words is the frame of comments on lines.
  if (payload.text("action") !== "submitted" || !Object.hasOwn(verdicts, state) || (state === "commented" && body === ""))
    return undefined;
  const [verdict, color] = verdicts[state] as [string, Color];
  return {
    title: `${verdict} pull request ${numbered(payload.at("pull_request"))}`,
    url: payload.link("review.html_url"),
    color,
    description: body,
    at: payload.text("review.submitted_at"),
  };
};

const release: Teller = (payload) => {
  const [name, tag] = [payload.text("release.name"), payload.text("release.tag_name")];
  if (payload.text("action") !== "published") return undefined;
  return {
    title: `${payload.is("release.prerelease") ? "Pre-release" : "Release"} published: ${firstLine(name || tag)}`,
    url: payload.link("release.html_url"),
    color: "good",
    description: payload.text("release.body"),
    at: payload.text("release.published_at"),
  };
};

const workflowRun: Teller = (payload) => {
  const run = payload.at("workflow_run");
  const ends: Readonly<Record<string, string>> = {
    failure: "failed",
    timed_out: "timed out",
    startup_failure: "could not start",
  };
  const end = ends[run.text("conclusion")];
  if (payload.text("action") !== "completed" || end === undefined) return undefined;
  return {
    title: `${firstLine(run.text("name") || "Workflow")} ${end} on ${firstLine(run.text("head_branch"))}`,
    url: run.link("html_url"),
    color: "bad",
    description: firstLine(run.text("display_title") || run.text("head_commit.message")),
    at: run.text("updated_at"),
  };
};

/** What each event says; nothing when nobody wants to read it. */
export const TELLERS: Readonly<Record<string, Teller>> = {
  push,
  issues,
  issue_comment: issueComment,
  pull_request: pullRequest,
  pull_request_review: review,
  release,
  workflow_run: workflowRun,
  ping: (payload) => ({ title: "Connected to GitHub", color: "good", description: payload.text("zen") }),
  star: (payload) =>
    payload.text("action") === "created"
      ? { title: `Starred: ${count(payload.number("repository.stargazers_count"), "star")}`, at: payload.text("starred_at") }
      : undefined,
  fork: (payload) => ({
    title: `Forked to ${firstLine(payload.text("forkee.full_name"))}`,
    url: payload.link("forkee.html_url"),
    at: payload.text("forkee.created_at"),
  }),
  // A push says the same of branches and tags.
  create: () => undefined,
  delete: () => undefined,
};
