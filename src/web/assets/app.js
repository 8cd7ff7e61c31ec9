// Small helps; every page works without them.
"use strict";

// Choices that send their form at once, and the button that is then not needed.
for (const select of document.querySelectorAll("select[data-send]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// A form is sent once; but a draft comes as a file, and the page with its form stays.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.elements.as && form.elements.as.value === "draft") return;
    form.dataset.sent = "1";
  });
}
// Coming back by the browser's button, it may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The keyboard, as /keys tells; never while somebody types.
(() => {
  const places = {
    h: "/", d: "/records/dossier", f: "/records/family", r: "/records/sample", s: "/records/run",
    i: "/identifications", o: "/handovers", p: "/sites", b: "/reports", m: "/import",
    a: "/audit", u: "/users",
  };
  const waitMs = 1200; // for the second key after "g"
  let goUntil = 0;

  // Only where the navigation leads, so that nobody is sent to a page that is refused.
  const go = (key) => {
    const path = places[key];
    const link = path && document.querySelector(`nav.main a[href="${path}"]`);
    if (link) link.click();
    else if (path === places.o && document.querySelector("nav.main")) window.location.assign(path);
  };

  // Rows of the page's main table: the first in the content that has any links, else the first.
  const rows = () => {
    const tables = [...document.querySelectorAll("main table")];
    const main = tables.find((table) => table.querySelector("tbody a")) || tables[0];
    return main ? [...main.querySelectorAll("tbody tr")] : [];
  };
  const move = (step) => {
    const all = rows();
    if (all.length === 0) return;
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
    const row = all[next];
    const target = row.querySelector("a") || row;
    if (target === row) row.tabIndex = -1;
    target.focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const help = async () => {
    const link = document.querySelector("a[data-keys]");
    if (!link || document.querySelector("dialog[open]")) return;
    try {
      const answer = await fetch(link.href, { credentials: "same-origin", redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const dialog = document.createElement("dialog");
      const close = document.createElement("button");
      dialog.className = "keys-dialog";
      dialog.setAttribute("aria-label", page.querySelector("h1").textContent);
      close.type = "button";
      close.textContent = "\u00d7";
      close.className = "close second";
      close.setAttribute("aria-label", "Esc");
      close.addEventListener("click", () => dialog.close());
      dialog.append(close, document.adoptNode(page.getElementById("keys")));
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    } catch {
      window.location.assign(link.href);
    }
  };

  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (isTyping || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const isGoing = event.timeStamp < goUntil;
    goUntil = 0;
    const does = {
      "/": () => document.querySelector("input[type=search]")?.focus(),
      "?": help,
      "j": () => move(1),
      "k": () => move(-1),
      "n": () => document.querySelector("a[rel=next]")?.click(),
      "g": () => { goUntil = event.timeStamp + waitMs; },
    };
    if (isGoing && places[event.key]) {
      event.preventDefault();
      go(event.key);
    } else if (does[event.key]) {
      event.preventDefault();
      does[event.key]();
    }
  });
})();

// A task that runs tells how far it is; the words change seldom, so that they can be read aloud.
const task = document.querySelector(".task[data-events]");
if (task && window.EventSource) {
  const bar = task.querySelector("progress");
  const words = task.querySelector("[role=status]");
  let phase = null;
  let said = 0;
  const listen = () => {
    const source = new EventSource(task.dataset.events);
    source.addEventListener("progress", (event) => {
      const news = JSON.parse(event.data);
      if (news.percent === null) bar.removeAttribute("value");
      else bar.value = news.percent;
      if (news.phase !== phase || Date.now() - said > 4000) {
        phase = news.phase;
        said = Date.now();
        words.textContent = news.text;
      }
      if (news.over) {
        source.close();
        window.location.reload();
      }
    });
    // Refused, or the server is gone: look again in a while.
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(() => window.location.reload(), 10000);
    });
  };
  listen();
}
