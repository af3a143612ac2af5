// Copies the address of the page, where the browser allows it; the button is hidden without it.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const part of document.querySelectorAll(".copy")) {
    const done = part.querySelector("[role=status]");
    const address = document.querySelector("link[rel=canonical]")?.href ?? location.href;
    part.hidden = false;
    part.querySelector("button").addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(address);
        done.textContent = done.dataset.done;
      } catch {
        done.textContent = address; // Forbidden after all: to be copied by hand.
      }
    });
  }
})();
