// The request forms: sends once, counts what is left of a long answer, and lets “None of these” stand alone.
(() => {
  for (const form of document.querySelectorAll("form[method=post]")) {
    let isSent = false;
    form.addEventListener("submit", (event) => {
      if (isSent) event.preventDefault();
      isSent = true;
    });
    addEventListener("pageshow", () => (isSent = false));
  }

  for (const box of document.querySelectorAll("textarea[data-most]")) {
    const count = document.createElement("p");
    count.className = "count";
    count.setAttribute("aria-live", "polite");
    box.after(count);
    const most = Number(box.dataset.most);
    const tell = () => {
      const left = most - [...box.value].length;
      count.textContent = left < 0 ? `${-left} too many` : left < most / 4 ? `${left} left` : "";
    };
    box.addEventListener("input", tell);
    tell();
  }

  const none = document.querySelector("input[type=checkbox][value=none]");
  const others = none ? [...document.getElementsByName(none.name)].filter((box) => box !== none) : [];
  none?.addEventListener("change", () => none.checked && others.forEach((box) => (box.checked = false)));
  others.forEach((box) => box.addEventListener("change", () => box.checked && (none.checked = false)));
})();
