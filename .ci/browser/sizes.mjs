// The figures of docs/performance.md: how many bytes each output has for a plan of some 10,000 operations, and the
// processor's time that it takes relative to the plan as text. It needs no browser:
//   node .ci/browser/sizes.mjs target/debug/linkwright
import { spawnSync } from "node:child_process";
import { mkdtempSync, openSync, closeSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { estate } from "./worlds.mjs";

const binary = resolve(process.argv[2]);
const [clusters, links, mirrors] = (process.argv[3] ?? "5:30:15120").split(":").map(Number);
const scratch = mkdtempSync(join(tmpdir(), "sizes-"));
estate(binary, scratch, { clusters, links, mirrors });
const folder = join(scratch, `estate-${links}`);
const file = join(folder, "out");
let unit = 0;

function measured(what, args, written = file) {
  const out = openSync(file, "w");
  const words = [...args, "--sandbox", "w/world.yaml"].map((word) => `'${word}'`).join(" ");
  // The times of a child that has ended are those of `times` in the shell.
  const run = spawnSync("bash", ["-c", `${binary} ${words} 2>/dev/null; times >&2`], { cwd: folder, env: { PATH: process.env.PATH, SECRET: "made-up" }, stdio: ["ignore", out, "pipe"], encoding: "utf8" });
  closeSync(out);
  const children = run.stderr.trim().split("\n").at(-1);
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + 60 * m + Number(s), 0);
  unit ||= seconds;
  console.log(`${what}: ${statSync(written).size.toLocaleString("en")} bytes, ${(seconds / unit).toFixed(1)} (${seconds.toFixed(1)} s)`);
}

const allow = ["--allow", "irreversible,data-loss,disruptive"];
measured("plan", ["plan", ".", ...allow]);
for (const format of ["json", "markdown", "dot", "mermaid", "svg"]) measured(`plan -o ${format}`, ["plan", ".", ...allow, "-o", format]);
for (const [flag, name] of [["--html-out", "page.html"], ["--out", "plan.json"]]) measured(`plan ${flag}`, ["plan", ".", ...allow, flag, name], join(folder, name));
measured("drift", ["drift", "."]);
measured("drift -o json", ["drift", ".", "-o", "json"]);
measured("drift --html-out", ["drift", ".", "--html-out", "drift.page"], join(folder, "drift.page"));
for (const more of [[], ["--mirrors"], ["--mirrors", "--sort", "status", "--limit", "20"], ["-o", "json"]]) measured(["status", ...more].join(" "), ["status", ".", ...more]);
measured("status --html-out", ["status", ".", "--html-out", "status.page"], join(folder, "status.page"));
rmSync(scratch, { recursive: true, force: true });
