import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";

import { Embed } from "../../../src/domain/messages/embed.ts";
import { githubEmbed } from "../../../src/domain/webhooks/github-embed.ts";
import { isSignedByGithub } from "../../../src/domain/webhooks/github-signature.ts";

const now = Date.parse("2026-11-20T12:00:00Z");
const web = "https://github.com";
const repository = { full_name: "rosa/garden", html_url: `${web}/rosa/garden`, stargazers_count: 12 };
const sender = { login: "rosa", html_url: `${web}/rosa`, avatar_url: "https://avatars.example.com/u/1" };
const commit = (id: string, message: string) => ({
  id,
  message,
  url: `${web}/rosa/garden/commit/${id}`,
  timestamp: "2026-11-20T10:00:00+02:00",
});
const first = commit("0123456789abcdef0123456789abcdef01234567", "Water the roses\n\nEvery morning.");
const second = commit("fedcba9876543210fedcba9876543210fedcba98", "Prune the hedge");
const pushed = {
  ref: "refs/heads/main",
  compare: `${web}/rosa/garden/compare/0123456...fedcba9`,
  created: false,
  deleted: false,
  forced: false,
  commits: [first, second],
  head_commit: second,
  pusher: { name: "rosa" },
};
const issue = {
  number: 7,
  title: "Snails",
  html_url: `${web}/rosa/garden/issues/7`,
  body: "They are back.",
  updated_at: "2026-11-20T11:00:00Z",
};
const pull = { ...issue, number: 8, title: "A fence", html_url: `${web}/rosa/garden/pull/8`, body: "Against snails." };
const comment = { html_url: `${web}/rosa/garden/issues/7#issuecomment-1`, body: "Use beer.", created_at: "2026-11-20T11:30:00Z" };
const review = {
  state: "approved",
  body: "",
  html_url: `${web}/rosa/garden/pull/8#review-1`,
  submitted_at: "2026-11-20T11:40:00Z",
};
const run = {
  name: "Tests",
  conclusion: "failure",
  head_branch: "main",
  display_title: "Prune the hedge",
  html_url: `${web}/rosa/garden/actions/runs/5`,
  updated_at: "2026-11-20T11:50:00Z",
};

const tell = (event: string, payload: object) => githubEmbed(event, { repository, sender, ...payload }, now);
const embedOf = (event: string, payload: object): Embed => {
  const told = tell(event, payload);
  if (typeof told === "string") throw new Error(`${event} was ${told}`);
  expect(Embed.parse(told)).toEqual(told);
  return told;
};

describe("a push told as an embed", () => {
  test("has the branch, the number of commits, and a line for each", () => {
    expect(embedOf("push", pushed)).toEqual({
      type: "rich",
      title: "main: 2 commits",
      url: `${web}/rosa/garden/compare/0123456...fedcba9`,
      color: 2369838,
      timestamp: "2026-11-20T08:00:00.000Z",
      author: { name: "rosa - rosa/garden", url: `${web}/rosa`, icon_url: "https://avatars.example.com/u/1" },
      description: [
        `[\`0123456\`](${web}/rosa/garden/commit/${first.id}) Water the roses`,
        `[\`fedcba9\`](${web}/rosa/garden/commit/${second.id}) Prune the hedge`,
      ].join("\n"),
    });
  });

  test.each([
    [{ commits: [first] }, "main: 1 commit"],
    [{ created: true, commits: [] }, "main created"],
    [{ deleted: true, commits: [], head_commit: null }, "main deleted"],
    [{ forced: true }, "main force-pushed"],
    [{ ref: "refs/heads/feature/snail-fence" }, "feature/snail-fence: 2 commits"],
    [{ ref: "refs/tags/v1.0", created: true, commits: [] }, "tag v1.0 created"],
  ])("%j is titled %s", (change, title) => expect(embedOf("push", { ...pushed, ...change }).title).toBe(title));

  test("of a branch that is gone leads to the repository and is dated now", () => {
    const embed = embedOf("push", { ...pushed, deleted: true, commits: [], head_commit: null });
    expect([embed.url, embed.timestamp, embed.description]).toEqual([repository.html_url, "2026-11-20T12:00:00.000Z", undefined]);
  });

  test("with many commits tells the first ten and how many more there are", () => {
    const commits = Array.from({ length: 2048 }, (_, index) => commit(index.toString(16).padStart(40, "0"), `Number ${index}`));
    const lines = embedOf("push", { ...pushed, commits }).description?.split("\n") ?? [];
    expect([lines.length, lines.at(-1)]).toEqual([11, "… and 2038 more commits"]);
    expect(embedOf("push", { ...pushed, commits: commits.slice(0, 11) }).description).toEndWith("… and 1 more commit");
  });

  test("with commits that say very much stays within its bounds and cuts no link", () => {
    const commits = Array.from({ length: 10 }, (_, index) => ({
      ...commit(index.toString().repeat(40), "🌹".repeat(5000)),
      url: `${web}/${"x".repeat(300)}`,
    }));
    const { description = "" } = embedOf("push", { ...pushed, commits });
    expect(description.length).toBeLessThanOrEqual(1500);
    expect(description.isWellFormed()).toBe(true);
    for (const line of description.split("\n").slice(0, -1)) expect(line).toMatch(/^\[`\d{7}`\]\(https:\S+\) 🌹+…$/u);
  });
});

describe("other events", () => {
  test.each([
    ["issues", { action: "opened", issue }, "Issue opened: #7 Snails", "They are back.", 0x1a7f37],
    ["issues", { action: "closed", issue }, "Issue closed: #7 Snails", undefined, 0x8250df],
    [
      "issues",
      { action: "closed", issue: { ...issue, state_reason: "not_planned" } },
      "Issue closed as not planned: #7 Snails",
      undefined,
      0x57606a,
    ],
    ["issues", { action: "reopened", issue }, "Issue reopened: #7 Snails", undefined, 0x1a7f37],
    ["issue_comment", { action: "created", issue, comment }, "Comment on issue #7 Snails", "Use beer.", 2369838],
    [
      "issue_comment",
      { action: "created", issue: { ...pull, pull_request: {} }, comment },
      "Comment on pull request #8 A fence",
      "Use beer.",
      2369838,
    ],
    ["pull_request", { action: "opened", pull_request: pull }, "Pull request opened: #8 A fence", "Against snails.", 0x1a7f37],
    [
      "pull_request",
      { action: "opened", pull_request: { ...pull, draft: true } },
      "Pull request opened as a draft: #8 A fence",
      "Against snails.",
      0x57606a,
    ],
    [
      "pull_request",
      { action: "ready_for_review", pull_request: pull },
      "Pull request ready for review: #8 A fence",
      undefined,
      0x1a7f37,
    ],
    [
      "pull_request",
      { action: "closed", pull_request: { ...pull, merged: true } },
      "Pull request merged: #8 A fence",
      undefined,
      0x8250df,
    ],
    ["pull_request", { action: "closed", pull_request: pull }, "Pull request closed: #8 A fence", undefined, 0xcf222e],
    [
      "pull_request_review",
      { action: "submitted", review, pull_request: pull },
      "Approved pull request #8 A fence",
      undefined,
      0x1a7f37,
    ],
    [
      "pull_request_review",
      { action: "submitted", review: { ...review, state: "CHANGES_REQUESTED", body: "Higher." }, pull_request: pull },
      "Changes requested on pull request #8 A fence",
      "Higher.",
      0xcf222e,
    ],
    [
      "release",
      { action: "published", release: { name: "Spring", tag_name: "v2", body: "Flowers." } },
      "Release published: Spring",
      "Flowers.",
      0x1a7f37,
    ],
    [
      "release",
      { action: "published", release: { name: null, tag_name: "v2-rc1", prerelease: true } },
      "Pre-release published: v2-rc1",
      undefined,
      0x1a7f37,
    ],
    ["star", { action: "created", starred_at: "2026-11-20T09:00:00Z" }, "Starred: 12 stars", undefined, 2369838],
    ["fork", { forkee: { full_name: "ada/garden" } }, "Forked to ada/garden", undefined, 2369838],
    ["workflow_run", { action: "completed", workflow_run: run }, "Tests failed on main", "Prune the hedge", 0xcf222e],
    [
      "workflow_run",
      { action: "completed", workflow_run: { ...run, conclusion: "timed_out" } },
      "Tests timed out on main",
      "Prune the hedge",
      0xcf222e,
    ],
    ["ping", { zen: "Keep it logically awesome.", hook_id: 1 }, "Connected to GitHub", "Keep it logically awesome.", 0x1a7f37],
  ] as const)("%s %j", (event, payload, title, description, color) => {
    const embed = embedOf(event, payload);
    expect([embed.title, embed.description, embed.color]).toEqual([title, description, color]);
    expect(embed.author?.name).toBe("rosa - rosa/garden");
  });

  test("each links to what it is about, and is dated when it happened", () => {
    expect(embedOf("issues", { action: "opened", issue })).toMatchObject({
      url: issue.html_url,
      timestamp: "2026-11-20T11:00:00.000Z",
    });
    expect(embedOf("issue_comment", { action: "created", issue, comment })).toMatchObject({
      url: comment.html_url,
      timestamp: "2026-11-20T11:30:00.000Z",
    });
    expect(embedOf("workflow_run", { action: "completed", workflow_run: run }).url).toBe(run.html_url);
    expect(embedOf("star", { action: "created" })).toMatchObject({
      url: repository.html_url,
      timestamp: "2026-11-20T12:00:00.000Z",
    });
  });

  test("a hook of an organization names it", () => {
    const embed = githubEmbed("ping", { zen: "Design for failure.", organization: { login: "gardeners" }, sender }, now);
    expect(embed).toMatchObject({ author: { name: "rosa - gardeners" } });
  });

  test.each([
    ["push", { ...pushed, commits: [] }],
    ["issues", { action: "labeled", issue }],
    ["issues", { action: "constructor", issue }],
    ["issue_comment", { action: "edited", issue, comment }],
    ["pull_request", { action: "synchronize", pull_request: pull }],
    ["pull_request", { action: "constructor", pull_request: pull }],
    ["pull_request_review", { action: "submitted", review: { ...review, state: "commented" }, pull_request: pull }],
    ["pull_request_review", { action: "dismissed", review, pull_request: pull }],
    ["release", { action: "edited", release: {} }],
    ["star", { action: "deleted" }],
    ["workflow_run", { action: "completed", workflow_run: { ...run, conclusion: "success" } }],
    ["workflow_run", { action: "requested", workflow_run: run }],
    ["create", { ref: "main", ref_type: "branch" }],
    ["delete", { ref: "main", ref_type: "branch" }],
  ])("%s %j is not worth a message", (event, payload) => expect(tell(event, payload)).toBe("silent"));

  test.each(["", "deployment", "constructor", "__proto__", "toString", "PUSH"])("%j is no event we tell", (event) =>
    expect(tell(event, pushed)).toBe("unknown"),
  );

  test("a payload that is no object is none", () => {
    for (const payload of [null, undefined, "push", 7, [], true]) expect(githubEmbed("push", payload, now)).toBe("unknown");
  });
});

describe("a payload that somebody made up", () => {
  const events = [
    "push",
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "release",
    "star",
    "fork",
    "workflow_run",
    "ping",
  ];
  const actions = ["opened", "closed", "created", "submitted", "published", "completed"];
  const junk = [
    null,
    [],
    {},
    7,
    -1,
    Number.NaN,
    true,
    "x".repeat(100_000),
    "\ud800",
    "a\0b\r\nc",
    "javascript:alert(1)",
    "https://a:b@c/",
    { full_name: {} },
  ];

  test("gives an embed within all bounds or nothing, whatever stands in its fields", () => {
    for (const value of junk) {
      for (const event of events) {
        for (const action of actions) {
          const thing = {
            number: value,
            title: value,
            body: value,
            html_url: value,
            name: value,
            state: "approved",
            conclusion: "failure",
          };
          const nested = {
            ...thing,
            login: value,
            full_name: value,
            avatar_url: value,
            zen: value,
            updated_at: value,
            id: value,
            message: value,
          };
          const names = [
            "repository",
            "sender",
            "issue",
            "comment",
            "pull_request",
            "review",
            "release",
            "forkee",
            "workflow_run",
            "head_commit",
          ];
          const payload = {
            action,
            ref: "refs/heads/x",
            compare: value,
            commits: [value, nested],
            ...Object.fromEntries(names.map((name) => [name, nested])),
          };
          const told = githubEmbed(event, payload, now);
          if (typeof told !== "string") expect(Embed.safeParse(told).error).toBeUndefined();
          expect(JSON.stringify(told)).not.toMatch(/"(icon_)?url":"(?!https:)/);
          githubEmbed(
            event,
            { ...payload, ...Object.fromEntries(names.map((name) => [name, value])), commits: value, ref: value },
            now,
          );
        }
      }
    }
  });

  test("cannot put a link of its own behind another's words", () => {
    const url = "https://github.com/x) [free](https://evil.example/";
    expect(embedOf("push", { ...pushed, commits: [{ ...first, url }] }).description).toBe("`0123456` Water the roses");
    const id = "`](https://evil.example/)";
    expect(embedOf("push", { ...pushed, commits: [{ ...first, id }] }).description).toStartWith("[`");
    expect(embedOf("push", { ...pushed, commits: [{ ...first, id }] }).description).not.toContain("evil");
    for (const html_url of ["javascript:alert(1)", "http://github.com/", "data:text/html,x", "https://user:word@github.com/"]) {
      expect(embedOf("ping", { repository: { html_url }, sender: { html_url, avatar_url: html_url } })).not.toHaveProperty("url");
    }
  });
});

describe("GitHub's signature", () => {
  const body = new TextEncoder().encode('{"zen":"Ünïcødé"}');
  const sign = (secret: string, bytes: Uint8Array = body) => `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;

  test("is the one of GitHub's own example", () => {
    const header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    expect(isSignedByGithub(new TextEncoder().encode("Hello, World!"), header, "It's a Secret to Everybody")).toBe(true);
  });

  test("holds for exactly these bytes and this secret", () => {
    expect(isSignedByGithub(body, sign("secret"), "secret")).toBe(true);
    expect(isSignedByGithub(body, sign("other"), "secret")).toBe(false);
    expect(isSignedByGithub(body.slice(1), sign("secret"), "secret")).toBe(false);
  });

  test.each([
    null,
    "",
    "sha256=",
    "sha1=0000",
    `sha256=${"0".repeat(64)}`,
    `sha256=${"0".repeat(63)}`,
    `sha256=${"g".repeat(64)}`,
    "x".repeat(100_000),
  ])("%j is no signature", (header) => expect(isSignedByGithub(body, header, "secret")).toBe(false));

  test("without a secret nothing is signed", () => expect(isSignedByGithub(body, sign(""), "")).toBe(false));
});
