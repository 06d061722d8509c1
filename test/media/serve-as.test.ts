import { describe, expect, test } from "bun:test";

import { contentDisposition, safeFileName, serveAs } from "../../src/media/serve-as.ts";

describe("the headers of a stored file", () => {
  test.each(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "video/mp4", "video/webm", "audio/mpeg"])(
    "%s is shown as what it is",
    (type) => {
      const headers = serveAs(type, "a.bin");
      expect(headers["content-type"]).toBe(type);
      expect(headers["content-disposition"]).toStartWith("inline;");
    },
  );

  test("text is shown with its encoding, so that nothing is guessed", () => {
    expect(serveAs("text/plain", "a.html")["content-type"]).toBe("text/plain; charset=utf-8");
  });

  test.each(["application/pdf", "application/zip", "video/x-matroska"])("%s keeps its type and is saved, not shown", (type) => {
    expect(serveAs(type, "a")["content-type"]).toBe(type);
    expect(serveAs(type, "a")["content-disposition"]).toStartWith("attachment;");
  });

  test.each([
    "image/svg+xml",
    "text/html",
    "text/xml",
    "text/javascript",
    "application/xml",
    "application/xhtml+xml",
    "application/rss+xml",
    "application/javascript",
    "application/wasm",
    "multipart/x-mixed-replace",
    "text/html; charset=utf-7",
    "TEXT/HTML",
    "text/html\r\nset-cookie: a=b",
    "",
  ])("%j can never be a page of ours", (type) => {
    const headers = serveAs(type, "a");
    expect(headers["content-disposition"]).toStartWith("attachment;");
    expect(headers["content-type"]).toBe("application/octet-stream");
  });

  test.each(["image/png", "image/svg+xml", "application/octet-stream"])("nothing in %s is guessed, run or loaded", (type) => {
    const headers = serveAs(type, "a");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*; sandbox$/);
    expect(headers["content-security-policy"]).not.toContain("allow-");
  });
});

describe("the name of a file", () => {
  test.each([
    ["photo.jpg", 'attachment; filename="photo.jpg"'],
    ['"; filename=x.html', "attachment; filename=\"__ filename=x.html\"; filename*=UTF-8''_%3B%20filename%3Dx.html"],
    ["a\r\nset-cookie: b=c.png", 'attachment; filename="aset-cookie_ b=c.png"'],
    ["nul\0byte.png", 'attachment; filename="nulbyte.png"'],
    ["\u202Egnp.exe", 'attachment; filename="gnp.exe"'],
    [
      "Ünïcødé 🎉.png",
      "attachment; filename=\"_n_c_d_ __.png\"; filename*=UTF-8''%C3%9Cn%C3%AFc%C3%B8d%C3%A9%20%F0%9F%8E%89.png",
    ],
    ["it's (1)*.png", 'attachment; filename="it\'s (1)_.png"'],
    ["50%41.png", "attachment; filename=\"50_41.png\"; filename*=UTF-8''50%2541.png"],
  ])("%j is sent as %s", (name, header) => {
    expect(contentDisposition("attachment", name)).toBe(header);
    expect(new Headers({ "content-disposition": header }).get("content-disposition")).toBe(header);
  });

  test.each([
    ["../../etc/passwd", "_.._etc_passwd"],
    ["C:\\windows\\system32", "C__windows_system32"],
    [".htaccess", "htaccess"],
    ["...", "file"],
    ["", "file"],
    [" \u200b\u2028\u0007", "file"],
    ["con", "_con"],
    ["COM1.txt", "_COM1.txt"],
    ["console.txt", "console.txt"],
    ["trailing. . ", "trailing"],
    ["\ud800half.png", "\ufffdhalf.png"],
    ["e\u0301.txt", "é.txt"],
    ["👨‍👩‍👧.png", "👨‍👩‍👧.png"],
  ])("%j is kept as %j", (name, safe) => expect(safeFileName(name)).toBe(safe));

  test.each([
    `${"a".repeat(5000)}.html`,
    `${"日".repeat(5000)}.html`,
    `${"👩‍🚀".repeat(900)}.html`,
    `e${"\u0300".repeat(5000)}.html`,
  ])("a very long name is cut between letters and keeps its ending (%#)", (name) => {
    const safe = safeFileName(name);
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
    expect(safe).toEndWith(".html");
    expect(safe.isWellFormed()).toBe(true);
    expect(safe.length).toBeGreaterThan(".html".length);
    expect(contentDisposition("attachment", name).length).toBeLessThan(1200);
  });
});
