// Offers pages under a search box while one types, as a combobox with a list (WAI-ARIA). Without it the box just searches.
(() => {
  "use strict";
  const PAUSE = 150; // ms between the last key and the question

  const offer = (form) => {
    const input = form.querySelector("input");
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = `${input.id}-suggestions`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0].textContent);
    list.hidden = true;
    form.append(list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) input.setAttribute(name, value);

    let timer, question;
    let chosen = -1;

    const choose = (number) => {
      chosen = number;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
      const item = list.children[chosen];
      if (item) {
        input.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    };

    const show = (pages) => {
      list.replaceChildren(...pages.map((page, at) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${at}`;
        item.setAttribute("role", "option");
        item.dataset.url = page.url;
        const kind = document.createElement("span");
        kind.className = "suggestions-kind";
        kind.textContent = page.kind;
        const title = document.createElement("bdi"); // of whatever direction
        if (page.language) title.lang = page.language;
        title.textContent = page.title;
        item.append(title, " ", kind);
        return item;
      }));
      list.hidden = !pages.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      choose(-1);
    };

    const ask = async () => {
      question?.abort();
      question = new AbortController();
      const asked = input.value.trim();
      if (asked.length < 2) return show([]);
      try {
        const address = `${form.dataset.suggestions}?${new URLSearchParams({ q: asked })}`;
        const answer = await fetch(address, { signal: question.signal, credentials: "omit" });
        const { suggestions } = await answer.json();
        if (document.activeElement === input) show(suggestions);
      } catch {
        // Typed on, or no answer: the box still searches.
      }
    };

    const close = () => {
      clearTimeout(timer);
      question?.abort();
      show([]);
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      const last = list.children.length - 1;
      if (event.key === "ArrowDown") choose(chosen === last ? -1 : chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen === -1 ? last : chosen - 1);
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.url);
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    list.addEventListener("click", (event) => location.assign(event.target.closest("li").dataset.url));
  };

  for (const form of document.querySelectorAll("form.search")) offer(form);
})();
