"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = (element) => (element ? element.textContent : "").toLowerCase();

  // What only works with a script is shown by it.
  document.querySelector(".controls").hidden = false;

  // Light and dark: the reader's own scheme until the button is pressed.
  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const nameTheme = () => {
    theme.textContent = isDark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours");
  };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  });
  system.addEventListener("change", nameTheme);
  nameTheme();

  // A link to something closed opens it.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Paper shows everything, whatever is open or found.
  let openBefore = null;
  const remember = () => new Map(all("details").map((details) => [details, details.open]));
  const restore = (memory) => memory.forEach((open, details) => { details.open = open; });
  addEventListener("beforeprint", () => {
    openBefore = remember();
    openBefore.forEach((_, details) => { details.open = true; });
  });
  addEventListener("afterprint", () => {
    if (openBefore) restore(openBefore);
    openBefore = null;
  });

  const find = document.getElementById("find");
  if (!find) return;

  document.getElementById("expand").addEventListener("click", () => {
    all("details").forEach((details) => { details.open = true; });
  });
  document.getElementById("collapse").addEventListener("click", () => {
    all("details").forEach((details) => { details.open = false; });
  });

  // A link of the table shows only what is about it; once more, or Escape, shows everything.
  let only = "";
  const everything = document.getElementById("everything");
  const choose = (half) => {
    only = only === half ? "" : half;
    for (const cell of all("th.pick")) {
      cell.firstChild.setAttribute("aria-pressed", String(only !== "" && cell.dataset.half === only));
    }
    everything.hidden = only === "";
    everything.textContent = only === "" ? "" : `Only ${only}: show everything`;
    search();
  };
  for (const cell of all("th.pick")) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.append(...cell.childNodes);
    button.addEventListener("click", () => choose(cell.dataset.half));
    cell.append(button);
  }
  all(".hint").forEach((hint) => { hint.hidden = false; });
  everything.addEventListener("click", () => choose(only));

  // What is searched: each item's own words and, where it contains many, the words of each member.
  let index = null;
  const makeIndex = () => all(".item").map((item) => ({
    item,
    noun: item.dataset.noun,
    half: item.dataset.half,
    words: words(item.querySelector(":scope > summary")) + "\n" + words(item.querySelector(":scope > .body")),
    folds: all(":scope > .body details", item).map((fold) => ({ fold, words: words(fold) })),
    list: item.querySelector(":scope > .members"),
    members: all(":scope > .members .member", item).map((row) => {
      const cells = row.children.length > 1 ? [...row.children] : [row];
      const name = words(row.querySelector(".name"));
      return { row, words: [`${item.dataset.half}/${name}`.toLowerCase(), ...cells.map(words)].join("\n") };
    }),
  }));

  const hits = all("#hits span");
  let openBeforeSearch = null;
  const search = () => {
    const terms = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    index ??= makeIndex();
    const isFiltered = terms.length > 0 || only !== "";
    if (isFiltered && !openBeforeSearch) openBeforeSearch = remember();
    const found = new Map();
    for (const entry of index) {
      const missing = terms.filter((term) => !entry.words.includes(term));
      const isAbout = only === "" || entry.half === only;
      let count = missing.length || !isAbout ? 0 : Math.max(entry.members.length, 1);
      for (const member of entry.members) {
        const matches = missing.every((term) => member.words.includes(term));
        member.row.classList.toggle("away", !matches);
        if (missing.length && matches && isAbout) count += 1;
      }
      entry.item.classList.toggle("away", !count);
      found.set(entry.noun, (found.get(entry.noun) ?? 0) + count);
      if (count && isFiltered) {
        entry.item.open = true;
        if (missing.length) entry.list.open = true;
        for (const { fold, words } of entry.folds) {
          if (terms.some((term) => words.includes(term))) fold.open = true;
        }
      }
    }
    for (const part of all(".part")) {
      part.classList.toggle("away", !part.querySelector(".item:not(.away)"));
    }
    root.classList.toggle("searching", isFiltered);
    if (!isFiltered && openBeforeSearch) {
      restore(openBeforeSearch);
      openBeforeSearch = null;
    }
    hits.forEach((span, at) => {
      const count = (found.get(span.dataset.noun) ?? 0).toLocaleString("en");
      span.textContent = isFiltered ? `${at ? ", " : "Found: "}${count} of ${span.dataset.total}` : "";
    });
  };

  let waiting = 0;
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 100);
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.activeElement !== find) {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "Escape" && document.activeElement === find) {
      event.preventDefault();
      clearTimeout(waiting);
      find.value = "";
      if (only) choose(only);
      else search();
    }
  });
})();
