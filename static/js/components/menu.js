// Closes the menu of a narrow window with Escape; without it the word that opened it does.
(() => {
  "use strict";
  const menu = document.querySelector(".menu");
  menu?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
