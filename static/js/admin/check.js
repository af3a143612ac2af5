// Looks, while one types, for what has to be mended before patients read the page. The server looks; nothing is saved.
"use strict";
{
  const PAUSE = 800; // ms without a key before it looks
  let panel, form, timer;
  let asked = 0;

  const look = async () => {
    const number = ++asked;
    const editors = window.CKEDITOR ? Object.values(CKEDITOR.instances) : [];
    for (const editor of editors) editor.updateElement();
    const typed = new FormData(form);
    for (const file of form.querySelectorAll("input[type=file]")) typed.delete(file.name);
    let answer;
    try {
      answer = await fetch(panel.dataset.url, { method: "POST", body: typed, redirect: "error" });
    } catch {
      return; // away from the network, or signed out: what stands there still tells of the last look
    }
    if (!answer.ok) return;
    const { line, html } = await answer.json();
    if (number !== asked) return; // a later look is under way
    const told = panel.querySelector(".check-line");
    if (told.textContent !== line) told.textContent = line;
    panel.querySelector(".check-found").innerHTML = html;
    panel.hidden = false;
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  };

  const lead = (event) => {
    const field = event.target.closest("[data-field]");
    const editor = field && window.CKEDITOR && CKEDITOR.instances[field.dataset.field];
    if (!editor) return;
    event.preventDefault();
    editor.container.$.scrollIntoView({ block: "center" });
    editor.focus();
  };

  document.addEventListener("DOMContentLoaded", () => {
    panel = document.querySelector(".check");
    form = panel && panel.closest("form");
    if (!form) return;
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    if (window.CKEDITOR) CKEDITOR.on("instanceReady", ({ editor }) => editor.on("change", later));
    panel.addEventListener("click", lead);
    look();
  });
}
