// The pedigree editor: the same form as without JavaScript, sent while one types.
"use strict";

(() => {
  const editor = () => document.getElementById("pedigree-editor");
  const form = () => editor().querySelector("form");
  let last = 0; // number of the newest question: older answers are dropped
  let timer = 0;

  // Sends the form as a button would, and gives back the editor of the page that comes.
  const ask = async (what) => {
    const number = ++last;
    const fields = new URLSearchParams(new FormData(form()));
    fields.set("do", what);
    const answer = await fetch(form().getAttribute("action"), {
      method: "POST", body: fields, credentials: "same-origin", redirect: "error",
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("pedigree-editor");
    return number === last ? fresh : null;
  };

  // Draws what was typed; the table stays as it is.
  const draw = async () => {
    try {
      const fresh = await ask("draw");
      const picture = fresh && fresh.querySelector("#pedigree-picture");
      if (picture) document.getElementById("pedigree-picture").replaceWith(document.adoptNode(picture));
      if (fresh) mark(fresh);
    } catch { /* the button does it without us */ }
  };

  // Rows and fields that the answer finds wrong.
  const mark = (fresh) => {
    for (const row of editor().querySelectorAll("tbody tr")) {
      const other = fresh.querySelector("#" + row.id);
      row.classList.toggle("wrong", Boolean(other && other.classList.contains("wrong")));
    }
    for (const field of editor().querySelectorAll("tbody [id]")) {
      const other = fresh.querySelector("#" + CSS.escape(field.id));
      if (!other || !other.matches("input,select")) continue;
      if (other.hasAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  };

  // Adding, removing, following: the whole editor is replaced, and the new row gets the focus.
  const press = async (what) => {
    try {
      const fresh = await ask(what);
      if (!fresh) return;
      editor().replaceWith(document.adoptNode(fresh));
      const row = editor().querySelector("tr.new") || (what.startsWith("remove:") && editor().querySelector("tbody tr:last-child"));
      const field = row && row.querySelector("input:not([type=hidden]),select");
      if (field) field.focus();
    } catch {
      window.location.reload();
    }
  };

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!editor() || event.target !== form() || !button || button.value === "save") return;
    event.preventDefault();
    event.stopImmediatePropagation(); // it is not sent: the next press counts too
    if (button.value === "draw") draw();
    else press(button.value);
  }, true);

  document.addEventListener("change", (event) => {
    if (!event.target.closest || !event.target.closest("#pedigree-editor table")) return;
    clearTimeout(timer);
    timer = setTimeout(draw, 150);
  });

  // The row in which one works is the one that relatives are added to.
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest && event.target.closest("#pedigree-editor tbody tr");
    const of = document.getElementById("of");
    if (row && of) of.value = row.id.slice("row-".length);
  });

  // Alt with an arrow: the same field of the row above or below.
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const cell = event.target.closest && event.target.closest("#pedigree-editor tbody td");
    if (!cell) return;
    const row = cell.parentElement;
    const next = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    const field = next && next.children[cell.cellIndex].querySelector("input:not([type=hidden]),select,button,a");
    if (!field) return;
    event.preventDefault();
    field.focus();
  });
})();
