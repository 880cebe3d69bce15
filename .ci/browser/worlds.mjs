// Pages of small worlds, written by the binary itself into a scratch folder.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const HACK = `"'><script>window.hacked=1</script><img src=x onerror="window.hacked=1">]]>\u202e\u0007`;

/** A value for each environment variable that the specs of a folder refer to. */
function madeUp(folder) {
  const specs = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  const text = specs.map((file) => readFileSync(join(folder, file), "utf8")).join("");
  return Object.fromEntries([...text.matchAll(/\$\{env:(\w+)/g)].map(([, name]) => [name, "made-up"]));
}

/** Writes the pages of a folder with specs and `w/world.yaml`. */
function pages(binary, folder, ...more) {
  const env = madeUp(folder);
  const written = {};
  for (const command of ["plan", "drift", "status"]) {
    const file = join(folder, `${command}.html`);
    const extra = command === "plan" ? more : [];
    const run = spawnSync(binary, [command, ".", "--html-out", file, "--sandbox", "w/world.yaml", ...extra], { cwd: folder, env, encoding: "utf8" });
    if (![0, 2, 3].includes(run.status) || !existsSync(file)) {
      throw new Error(`${command} in ${folder}: exit ${run.status}\n${run.stderr}`);
    }
    written[command] = pathToFileURL(file).href;
  }
  return written;
}

/** One of the examples, in its own world. */
export function example(root, binary, scratch, name, ...more) {
  const folder = join(scratch, name + more.length);
  mkdirSync(join(folder, "w"), { recursive: true });
  cpSync(join(root, "examples", name), folder, { recursive: true });
  cpSync(join(root, "fixtures/worlds", `${name}.yaml`), join(folder, "w/world.yaml"));
  return pages(binary, folder, ...more);
}

/** The pages of recorded runs: an apply of the quickstart and a drift after it. */
export function recorded(binary, scratch) {
  const folder = join(scratch, "quickstart0");
  const store = ["--store", pathToFileURL(join(folder, "store")).href];
  const run = (args) => {
    const { status, stdout, stderr } = spawnSync(binary, [...args, ...store], { cwd: folder, env: madeUp(folder), encoding: "utf8" });
    if (status !== 0) throw new Error(`${args.join(" ")}: exit ${status}\n${stderr}`);
    return stdout;
  };
  mkdirSync(join(folder, "store"));
  run(["apply", "--auto-approve", "--sandbox", "w/world.yaml"]);
  run(["drift", "--record", "--sandbox", "w/world.yaml"]);
  const { runs } = JSON.parse(run(["runs", "-o", "json", "--html-out", "runs.html"]));
  run(["runs", "show", runs.find(({ command }) => command === "apply").id, "--html-out", "run.html"]);
  const page = (file) => pathToFileURL(join(folder, file)).href;
  return { runs: page("runs.html"), run: page("run.html") };
}

const CLUSTERS = `version: 1
clusters:
  east:
    id: lkc-east01
    rest_endpoint: "https://east.example:443"
    bootstrap_servers: "east:9092"
    rest_auth: { basic: { username: KEY, password: "\${env:SECRET}" } }
  west:
    id: lkc-west01
    rest_endpoint: "https://west.example:443"
    rest_auth: { basic: { username: KEY, password: "\${env:SECRET}" } }
`;

/** Very many mirror topics: \`many\` to create, and as many to fail over. */
export function many(binary, scratch, count) {
  const folder = join(scratch, "many");
  mkdirSync(join(folder, "w"), { recursive: true });
  const topics = Array.from({ length: count }, (_, n) => String(n).padStart(4, "0"));
  writeFileSync(join(folder, "links.yaml"), `${CLUSTERS}links:
  orders:
    source: east
    destination: west
    credentials: { sasl_plain: { username: LINK, password: "\${env:SECRET}" } }
    policy: { max_destructive_percent: 100 }
    mirrors:
${topics.map((n) => `      new.${n}: {}\n      old.${n}: { state: failed-over }`).join("\n")}
`.replace("    policy: { max_destructive_percent: 100 }\n", ""));
  writeFileSync(join(folder, "w/world.yaml"), `version: 1
clock: { mode: manual }
clusters:
  - id: lkc-east01
    bootstrap_servers: east:9092
    topics:
${topics.map((n) => `      - { name: new.${n} }\n      - { name: old.${n}, records: 100 }`).join("\n")}
  - id: lkc-west01
    links:
      - name: orders
        remote: lkc-east01
        mirrors:
${topics.map((n) => `          - { source_topic: old.${n}, lag: 7 }`).join("\n")}
`);
  return pages(binary, folder);
}

/** Many links between some clusters: some mirror topics to create, promote, fail over and pause, some failed. */
export function estate(binary, scratch, { clusters, links, mirrors }) {
  const folder = join(scratch, `estate-${links}`);
  mkdirSync(join(folder, "w"), { recursive: true });
  const name = (n) => `region-${n}`;
  const all = Array.from({ length: clusters }, (_, n) => n);
  const topics = all.map(() => []);
  const halves = all.map(() => []);
  const spec = ["version: 1", "clusters:"];
  for (const n of all) {
    spec.push(`  ${name(n)}:`, `    id: lkc-region${n}`, `    rest_endpoint: "https://region-${n}.example:443"`, `    bootstrap_servers: "region-${n}:9092"`,
      `    rest_auth: { basic: { username: KEY, password: "\${env:SECRET}" } }`);
  }
  spec.push("links:");
  for (let link = 0; link < links; link += 1) {
    const source = link % clusters;
    const destination = (source + 1 + Math.floor(link / clusters) % (clusters - 1)) % clusters;
    spec.push(`  orders-${link}:`, `    source: ${name(source)}`, `    destination: ${name(destination)}`, `    prefix: 'p${link}.'`,
      `    credentials: { sasl_plain: { username: LINK, password: "\${env:SECRET}" } }`, "    mirrors:");
    const rows = [];
    for (let n = 0; n < Math.ceil(mirrors / links); n += 1) {
      const topic = `team-${link}.domain_events.v${n}`;
      topics[source].push(`      - { name: ${topic}, records: 100 }`);
      const state = [" {}", " { state: promoted }", " { state: failed-over }", " { state: paused }", " {}", " {}"][(n + link) % 6];
      spec.push(`      ${topic}:${state}`);
      if ((n + link) % 6 !== 0) rows.push(`          - { source_topic: ${topic}, lag: ${(n * 7) % 90}${(n + link) % 60 === 4 ? ", status: FAILED" : ""} }`);
    }
    halves[destination].push(`      - name: orders-${link}\n        remote: lkc-region${source}\n        configs: { cluster.link.prefix: 'p${link}.' }\n        mirrors:\n${rows.join("\n") || "          []"}`);
  }
  const world = ["version: 1", "clock: { mode: manual }", "clusters:"];
  for (const n of all) {
    world.push(`  - id: lkc-region${n}`, `    bootstrap_servers: region-${n}:9092`);
    if (topics[n].length) world.push("    topics:", ...topics[n]);
    if (halves[n].length) world.push("    links:", ...halves[n]);
  }
  writeFileSync(join(folder, "links.yaml"), `${spec.join("\n")}\n`);
  writeFileSync(join(folder, "w/world.yaml"), `${world.join("\n")}\n`);
  return pages(binary, folder, "--allow", "irreversible,data-loss,disruptive");
}

/** Names and reasons that would run, if anything of theirs did. */
export function hostile(binary, scratch) {
  const folder = join(scratch, "hostile");
  mkdirSync(join(folder, "w"), { recursive: true });
  const quoted = JSON.stringify(HACK);
  // A spec must not give such names; its reasons and file names, and links made by hand, may hold anything.
  writeFileSync(join(folder, `a"><script>window.hacked=1<!--.yaml`), `${CLUSTERS}links:
  orders:
    source: east
    destination: west
    credentials: { sasl_plain: { username: LINK, password: "\${env:SECRET}" } }
    mirrors: { payments: { state: paused }, refunds: {} }
    consumer_offset_sync: { groups: { include: [${JSON.stringify(HACK.slice(0, -2))}] } }
retired:
  - { link: old, cluster: west, reason: ${quoted}, mirrors: failover }
exceptions:
  - { address: west/orders/payments, reason: ${quoted}, until: 2999-01-01 }
`);
  writeFileSync(join(folder, "w/world.yaml"), `version: 1
clock: { mode: manual }
switches: { link_name_rule: lenient }
clusters:
  - id: lkc-east01
    bootstrap_servers: east:9092
    topics: [{ name: payments }, { name: refunds }, { name: invoices }]
  - id: lkc-west01
    links:
      - { name: orders, remote: lkc-east01, mirrors: [{ source_topic: payments }] }
      - { name: old, remote: lkc-east01, mirrors: [{ source_topic: invoices }] }
      - { name: ${quoted}, remote: lkc-east01 }
`);
  return pages(binary, folder);
}
