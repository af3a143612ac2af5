// The lines of files on the page, and what they say in sum; their words stand in data attributes of the page.
class Lines {
  static WRONG = ["refused", "unreadable"];

  #rows = new Map(); // by what is on its way
  #told = new Set();

  constructor(box) {
    this.box = box;
    this.list = this.find("files-list");
  }

  static percent(sent, all) {
    return all ? Math.floor((sent * 100) / all) : 0;
  }

  static size(bytes) {
    const step = Math.min(Math.floor(Math.log2(bytes || 1) / 10), 3);
    return `${(bytes / 1024 ** step).toFixed(step && 1)} ${["bytes", "KB", "MB", "GB"][step]}`;
  }

  find(name, within = this.box) {
    return within.querySelector(`.${name}`);
  }

  say(name, values = {}) {
    return (this.box.dataset[name] || "").replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
  }

  // The line for a chosen file: that of one which came before, in part or whole, or a new one.
  lineFor(file, path) {
    const open = [...this.list.querySelectorAll("[data-url]:not([data-taken], [data-state=refused])")];
    const known = choosing.known([file, path], open);
    const row = known ?? this.find("file-new").content.firstElementChild.cloneNode(true);
    row.dataset.taken = "";
    if (known) return row;
    row.querySelectorAll(".file-name, .file-named").forEach((place) => (place.textContent = file.name));
    this.find("file-bar", row).setAttribute("aria-label", file.name);
    this.list.append(row);
    return row;
  }

  put(item, row) {
    this.find("file-advice", row)?.remove();
    this.#rows.set(item, row);
    this.show(item);
  }

  itemOf(row) {
    return [...this.#rows.keys()].find((item) => this.#rows.get(item) === row);
  }

  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    this.#rows.delete(this.itemOf(row));
    row.remove();
    this.sum();
    this.tell(this.say("out"));
    ((next && this.find("file-remove", next)) ?? this.find("files-choose-files")).focus();
  }

  show(item) {
    const row = this.#rows.get(item);
    const isWrong = Lines.WRONG.includes(item.state);
    const isOver = isWrong || item.state === "done";
    const far = Lines.percent(item.sent, item.file.size);
    const words = item.words || this.say(item.state, { percent: far });
    this.find("file-size", row).textContent = Lines.size(item.file.size);
    this.find("file-words", row).textContent = words;
    this.find("file-bar", row).value = far;
    this.find("file-bar", row).hidden = this.find("file-hold", row).hidden = isOver;
    this.find("file-hold-words", row).textContent = this.say(item.state === "held" ? "goOn" : "hold");
    row.classList.toggle("file-refused", isWrong);
    if (isWrong) this.#warn(row, `${item.file.name}: ${words}`);
    if (item.state === "away") this.#tellOnce("away", words);
    if (item.state === "done") this.#told.delete("away");
    this.sum();
  }

  // Where it is seen even if the list is long.
  #warn(row, words) {
    if (!row.contains(document.activeElement)) this.list.prepend(row);
    this.tell(words);
  }

  // Files that came and that the site still looks into.
  get areChecked() {
    return this.#checking().length === 0;
  }

  #checking() {
    return [...this.#rows].filter(([item, row]) => item.state === "done" && !("checked" in row.dataset));
  }

  // Show what became of them, as `page` says, which is this page as it is now.
  takeChecks(page) {
    for (const [item, row] of this.#checking()) {
      const now = [...page.querySelectorAll(".file[data-url]")].find((each) => item.url.endsWith(each.dataset.url));
      if (!now || now.dataset.state === "whole") continue;
      row.dataset.checked = "";
      this.find("file-words", row).textContent = this.find("file-words", now).textContent;
      const advice = this.find("file-advice", now);
      if (advice) this.find("file-state", row).after(advice);
      row.classList.toggle("file-refused", now.classList.contains("file-refused"));
      if (now.classList.contains("file-refused")) this.#warn(row, `${item.file.name}: ${advice?.textContent}`);
    }
    this.sum();
  }

  sum() {
    const items = [...this.#rows.keys()].filter((item) => !Lines.WRONG.includes(item.state));
    const wrong = this.list.querySelectorAll(".file-refused").length;
    const count = items.length;
    const done = items.filter((item) => item.state === "done").length;
    const isAll = done === count;
    const total = (sum, amount) => sum + amount;
    const sent = items.map((item) => item.sent).reduce(total, 0);
    const far = Lines.percent(sent, items.map((item) => item.file.size).reduce(total, 0));
    const isHeld = items.every((item) => ["held", "done"].includes(item.state));
    const sum = isAll ? this.say("allDone") : this.say("sum", { done, count, percent: far });
    const words = [wrong && this.say("wrong", { count: wrong }), count && sum].filter(Boolean).join(" ");
    this.find("files-sum").hidden = !words;
    this.find("files-bar").hidden = !count;
    this.find("files-sum-words").textContent = words;
    this.find("files-bar").value = far;
    this.find("files-hold-all").hidden = isAll || count < 2;
    this.find("files-hold-all").textContent = this.say(isHeld ? "goOnAll" : "holdAll");
    if (count) this.#tellOnce(isAll ? "all" : Math.floor(far / 25), words);
  }

  // What a screen reader says aloud: seldom, and not each percent.
  tell(words) {
    this.find("files-told").textContent = words;
  }

  #tellOnce(what, words) {
    if (!this.#told.has(what)) this.tell(words);
    this.#told.add(what);
  }

  tellAnew() {
    this.#told.clear();
  }
}
