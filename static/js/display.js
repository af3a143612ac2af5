// Text size and colours, kept on this device alone. Loaded before the page is drawn, so that a dark page never flashes light.
(() => {
  "use strict";
  const root = document.documentElement;
  const STANDARD = { text: "standard", theme: "auto" };

  const kept = (name) => {
    try {
      return localStorage.getItem(name) || STANDARD[name];
    } catch {
      return STANDARD[name]; // Storage can be forbidden; then a choice lasts as long as the page.
    }
  };

  const choose = (name, value) => {
    if (value === STANDARD[name]) delete root.dataset[name];
    else root.dataset[name] = value;
    for (const button of document.querySelectorAll(`[data-choice="${name}"] button`)) {
      button.setAttribute("aria-pressed", String(button.value === value));
    }
  };

  const keep = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // As above.
    }
  };

  for (const name in STANDARD) choose(name, kept(name));

  document.addEventListener("DOMContentLoaded", () => {
    for (const name in STANDARD) choose(name, kept(name));
    for (const display of document.querySelectorAll(".display")) {
      display.hidden = false;
      display.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        const name = button.parentElement.dataset.choice;
        choose(name, button.value);
        keep(name, button.value);
      });
    }
  });
})();
