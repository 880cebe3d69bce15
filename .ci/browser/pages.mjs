// Loads the pages that the binary writes into Chromium and uses them as people do.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { estate, example, hostile, many, recorded } from "./worlds.mjs";

const [root, binary, executablePath] = process.argv.slice(2).map((path) => resolve(path));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.PAGES_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), "pages-"));
const failures = [];
let passed = 0;

function check(what, holds, seen = "") {
  if (holds) passed += 1;
  else failures.push(`${what} ${seen && JSON.stringify(seen)}`);
}

const hitsOf = (page) => page.locator("#hits").textContent();
const shown = (page, selector) => page.$$eval(selector, (found) => found.filter((one) => one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })).length);
const opened = (page) => page.$$eval("details", (found) => found.filter((one) => one.open).length);

async function search(page, text) {
  await page.fill("#find", text);
  await page.waitForFunction((cleared) => (document.getElementById("hits").textContent === "") === cleared, text === "");
  // The search waits a moment for the next letter.
  await page.waitForTimeout(150);
  return hitsOf(page);
}

async function accessible(page, what, rules) {
  const { violations } = await page.evaluate((rules) => axe.run(document, { resultTypes: ["violations"], ...rules }), rules);
  for (const { id, help, nodes } of violations) {
    check(`${what}: axe ${id}: ${help}`, false, nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any.map((any) => any.message).join("; ")}`));
  }
  if (violations.length === 0) passed += 1;
}

/** Words that are cut in the middle for lack of width: a line may break between words and after a separator. */
const brokenWords = (page) => page.evaluate(() => {
  const broken = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node && broken.length < 5; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest("script, style, svg, pre, kbd") || !parent.checkVisibility()) continue;
    // A hostile name has no words.
    if (/[<>\\]/.test(parent.textContent)) continue;
    for (const { 0: word, index } of node.data.matchAll(/[^\s/._:,;=(){}"'-]{2,}/g)) {
      // A digest is longer than a phone is wide.
      if (word.length > 24) continue;
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const tops = new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top)));
      if (tops.size > 1) broken.push(word);
    }
  }
  return broken;
});

/** A link of the table shows only what is about it, and everything comes back. */
async function filtered(page, name) {
  const links = await page.locator("th.pick").count();
  if (links === 0) return;
  await page.evaluate(() => { for (const one of document.querySelectorAll("details.cluster")) one.open = true; });
  const button = page.locator("th.pick button").first();
  const half = await page.locator("th.pick").first().getAttribute("data-half");
  await button.click();
  check(`${name}: a link is chosen`, (await button.getAttribute("aria-pressed")) === "true");
  const others = await page.$$eval(".item", (found, half) => found.filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.dataset.half !== half).length, half);
  check(`${name}: only what is about ${half}`, others === 0, others);
  check(`${name}: the page says so`, (await page.textContent("#everything")) === `Only ${half}: show everything`);
  await page.click("#everything");
  check(`${name}: everything is back`, (await shown(page, ".item")) === (await page.locator(".item").count()));
  await page.evaluate(() => { for (const one of document.querySelectorAll("details.cluster")) one.open = false; });
}

async function used(browser, name, url, { queries, items, isLarge = false }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
  const page = await context.newPage();
  const noise = [];
  const requests = [];
  page.on("console", (message) => noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(String(error)));
  page.on("dialog", (dialog) => { noise.push("a dialog"); return dialog.dismiss(); });
  page.on("request", (request) => requests.push(request.url()));

  await page.goto(url);
  check(`${name}: items`, (await page.locator(".item").count()) >= items, await page.locator(".item").count());
  check(`${name}: one main heading`, (await page.locator("h1").count()) === 1);
  if (shots) await page.screenshot({ path: join(shots, `${name}-light.png`), fullPage: !isLarge });

  // Keyboard: the first stop is the skip link, and it shows; / finds; Escape clears.
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => {
    const { className } = document.activeElement;
    const { left } = document.activeElement.getBoundingClientRect();
    return { className, isSeen: left >= 0, outline: getComputedStyle(document.activeElement).outlineStyle };
  });
  check(`${name}: skip link`, first.className === "skip" && first.isSeen && first.outline === "solid", first);
  await page.keyboard.press("Enter");
  check(`${name}: skips to the content`, await page.evaluate(() => document.activeElement.id === "content"));
  await page.keyboard.press("/");
  check(`${name}: / goes to the search`, await page.evaluate(() => document.activeElement.id === "find"));
  check(`${name}: / is not typed`, (await page.inputValue("#find")) === "");

  const before = await opened(page);
  for (const [query, found] of queries) {
    const said = await search(page, query);
    check(`${name}: search for ${query}`, said === found, said);
  }
  check(`${name}: the search is announced`, (await page.getAttribute("#hits", "aria-live")) === "polite");
  await search(page, "no such thing anywhere");
  check(`${name}: nothing found hides all`, (await shown(page, ".item")) === 0);
  check(`${name}: the picture makes way`, (await shown(page, ".aside")) === 0);
  await page.focus("#find");
  await page.keyboard.press("Escape");
  check(`${name}: Escape clears`, (await page.inputValue("#find")) === "" && (await hitsOf(page)) === "");
  check(`${name}: all is back`, (await shown(page, ".item")) === (await page.locator(".item").count()));
  check(`${name}: and as open as before`, (await opened(page)) === before);

  await filtered(page, name);
  await page.click("#collapse");
  check(`${name}: collapse all`, (await opened(page)) === 0 && (await shown(page, "details.item > .body")) === 0);
  // By keyboard, one item opens.
  await page.locator("details.item > summary").first().focus();
  await page.keyboard.press("Enter");
  check(`${name}: an item opens by keyboard`, (await opened(page)) === 1);
  await page.click("#expand");
  const details = await page.locator("details").count();
  check(`${name}: expand all`, (await opened(page)) === details, await opened(page));
  for (const link of await page.$$eval("nav a", (found) => found.map((one) => one.getAttribute("href")))) {
    check(`${name}: ${link} leads somewhere`, (await page.locator(`[id="${link.slice(1)}"]`).count()) === 1);
  }

  // Paper: everything, even what is closed or not found, and no controls.
  await page.click("#collapse");
  await search(page, "no such thing anywhere");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const bodies = await page.locator(".body").count();
  check(`${name}: print shows what is closed`, (await shown(page, ".body")) === bodies, await shown(page, ".body"));
  const members = await page.locator(".member").count();
  check(`${name}: print shows every name`, (await shown(page, ".member")) === members, await shown(page, ".member"));
  check(`${name}: print has no controls`, (await shown(page, ".controls, nav, .skip")) === 0);
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  check(`${name}: paper is white`, paper === "rgb(255, 255, 255)", paper);
  if (!isLarge) {
    const pdf = await page.pdf({ path: shots && join(shots, `${name}.pdf`) });
    check(`${name}: prints`, pdf.length > 10_000, pdf.length);
  }
  await page.emulateMedia({ media: "screen", colorScheme: "light" });
  await search(page, "");

  // The theme: the reader's own, until the button says otherwise.
  const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await back();
  check(`${name}: the button offers dark`, (await page.textContent("#theme")) === "Dark");
  await page.click("#theme");
  check(`${name}: the button turns it dark`, (await back()) === "rgb(13, 17, 23)" && (await page.textContent("#theme")) === "Light", await back());
  await page.click("#theme");
  check(`${name}: and light again`, (await back()) === light);
  check(`${name}: nothing said, nothing failed`, noise.length === 0, noise);
  check(`${name}: nothing is loaded`, requests.every((request) => request.startsWith("file:") ? request.split("#")[0] === url : request === "data:,"), requests);
  check(`${name}: nothing of a name has run`, await page.evaluate(() => window.hacked === undefined && document.querySelectorAll("script").length === 1 && document.images.length === 0));
  // And if a name did get markup in, the page's policy would not let it run.
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.hacked = 1";
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", `<button id="handler" onclick="window.hacked = 1"></button>`);
    document.getElementById("handler").click();
    return window.hacked;
  });
  check(`${name}: the policy holds`, ran === undefined, ran);

  // As it was, for axe, which needs most of the time: everything in light, and what differs in dark.
  await page.reload();
  if (details < 200) await page.click("#expand");
  await page.evaluate(axe);
  await accessible(page, `${name} light`, {});
  if (!isLarge) {
    await page.emulateMedia({ colorScheme: "dark" });
    if (shots) await page.screenshot({ path: join(shots, `${name}-dark.png`), fullPage: true });
    await accessible(page, `${name} dark`, { runOnly: ["color-contrast"] });
    await page.emulateMedia({ colorScheme: "light" });
  }
  await page.setViewportSize({ width: 360, height: 740 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name}: nothing is wider than a phone`, over <= 0, over);
  const broken = await brokenWords(page);
  check(`${name}: no word is broken on a phone`, broken.length === 0, broken);
  if (shots) await page.screenshot({ path: join(shots, `${name}-narrow.png`), fullPage: !isLarge });
  await context.close();

  // Without scripts it is still all there.
  const bare = await browser.newContext({ javaScriptEnabled: false });
  const still = await bare.newPage();
  await still.goto(url);
  check(`${name}: no dead controls without scripts`, !(await still.locator(".controls").isVisible()));
  check(`${name}: readable without scripts`, await still.locator("h1").isVisible());
  await bare.close();
}

const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const quickstart = { ...example(root, binary, scratch, "quickstart"), ...recorded(binary, scratch) };
  await used(browser, "quickstart-plan", quickstart.plan, {
    items: 4,
    queries: [
      ["west/orders-dr", "Found: 6 of 6 operations"],
      ["WEST/orders-dr/Payments", "Found: 2 of 6 operations"],
      ["orders.shipped create", "Found: 2 of 6 operations"],
    ],
  });
  await used(browser, "quickstart-drift", quickstart.drift, {
    items: 2,
    queries: [["LW402", "Found: 4 of 5 findings"], ["legacy", "Found: 1 of 5 findings"]],
  });
  await used(browser, "quickstart-status", quickstart.status, { items: 1, queries: [] });
  await used(browser, "quickstart-runs", quickstart.runs, { items: 2, queries: [["apply", "Found: 1 of 2 runs"]] });
  await used(browser, "quickstart-run", quickstart.run, { items: 3, queries: [["create mirror topic", "Found: 4 of 6 operations"]] });
  const retire = example(root, binary, scratch, "retire");
  await used(browser, "retire-plan", retire.plan, { items: 2, queries: [] });
  await used(browser, "retire-drift", retire.drift, { items: 1, queries: [] });
  const large = many(binary, scratch, 1200);
  await used(browser, "many-plan", large.plan, { isLarge: true, items: 2, queries: [["new.0007", "Found: 1 of 2,401 operations, 0 of 3 findings"]] });
  await used(browser, "many-drift", large.drift, { isLarge: true, items: 2, queries: [["old.0007", "Found: 1 of 2,403 findings"]] });
  // axe takes half a minute for a page of 300 links, and their colours are those of the smaller pages.
  const one = { isLarge: true };
  for (const [size, commands, how] of [
    [{ clusters: 2, links: 3, mirrors: 50 }, ["plan", "drift", "status"], {}],
    [{ clusters: 5, links: 30, mirrors: 600 }, ["plan"], one],
    [{ clusters: 10, links: 300, mirrors: 900 }, ["plan", "drift", "status"], one],
  ]) {
    const pages = estate(binary, scratch, size);
    for (const command of commands) {
      await used(browser, `${size.links}-links-${command}`, pages[command], { items: 3, queries: [], ...how });
    }
  }
  const evil = hostile(binary, scratch);
  await used(browser, "hostile-plan", evil.plan, { items: 3, queries: [["<script>", "Found: 7 of 7 operations, 1 of 3 findings"]] });
  await used(browser, "hostile-status", evil.status, { items: 2, queries: [] });
  await used(browser, "hostile-drift", evil.drift, { items: 2, queries: [["<script>", "Found: 9 of 9 findings"]] });
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
