// The page of files: a line for each with how far it is. choosing.js says which were chosen, sending.js sends them.
(() => {
  const box = document.querySelector(".files");
  if (!box || !window.tus?.isSupported) return;
  const find = (name, within = box) => within.querySelector(`.${name}`);
  const say = (name, values = {}) => (box.dataset[name] || "").replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
  const list = find("files-list");
  const rows = new Map(); // by what is sent: its line
  const told = new Set();
  const token = find("files-form").elements.csrfmiddlewaretoken.value;
  const sending = new Sending(box.dataset.uploads, token, (item) => show(item));
  const wrong = ["refused", "unreadable"];
  let isLeaving = false;

  const percent = (sent, all) => (all ? Math.floor((sent * 100) / all) : 0);
  const size = (bytes) => {
    const step = Math.min(Math.floor(Math.log2(bytes || 1) / 10), 3);
    return `${(bytes / 1024 ** step).toFixed(step && 1)} ${["bytes", "KB", "MB", "GB"][step]}`;
  };

  // What a screen reader says aloud: seldom, and not each percent.
  const tell = (words) => (find("files-told").textContent = words);
  const tellOnce = (what, words) => {
    if (!told.has(what)) tell(words);
    told.add(what);
  };

  const show = (item) => {
    const row = rows.get(item);
    const isWrong = wrong.includes(item.state);
    const isOver = isWrong || item.state === "done";
    const words = item.words || say(item.state, { percent: percent(item.sent, item.file.size) });
    find("file-size", row).textContent = size(item.file.size);
    find("file-words", row).textContent = words;
    find("file-bar", row).value = percent(item.sent, item.file.size);
    find("file-bar", row).hidden = find("file-hold", row).hidden = isOver;
    find("file-hold-words", row).textContent = say(item.state === "held" ? "goOn" : "hold");
    row.classList.toggle("file-refused", isWrong);
    if (isWrong) tell(`${item.file.name}: ${words}`);
    if (item.state === "away") tellOnce("away", words);
    if (item.state === "done") told.delete("away");
    sum();
  };

  const sum = () => {
    const items = [...rows.keys()].filter((item) => !wrong.includes(item.state));
    const done = items.filter((item) => item.state === "done").length;
    const add = (total, item) => total + item.file.size;
    const far = percent(items.reduce((total, item) => total + item.sent, 0), items.reduce(add, 0));
    const isAll = done === items.length;
    const words = isAll ? say("allDone") : say("sum", { done, count: items.length, percent: far });
    find("files-sum").hidden = !items.length;
    find("files-sum-words").textContent = words;
    find("files-bar").value = far;
    find("files-hold-all").hidden = isAll || items.length < 2;
    find("files-hold-all").textContent = say(sending.isBusy ? "holdAll" : "goOnAll");
    if (items.length) tellOnce(isAll ? "all" : Math.floor(far / 25), words);
  };

  // Begins a line for what was chosen, or goes on with the one there is; whether it is all here already.
  const add = ([file, path]) => {
    const open = [...list.querySelectorAll("[data-url]:not([data-taken], [data-state=refused])")];
    const row = choosing.known([file, path], open) ?? find("file-new").content.firstElementChild.cloneNode(true);
    const { url, state, arrived } = row.dataset;
    row.dataset.taken = ""; // by one file that was chosen
    if (url && state !== "coming") return true;
    if (!url) {
      row.querySelectorAll(".file-name, .file-named").forEach((place) => (place.textContent = file.name));
      find("file-bar", row).setAttribute("aria-label", file.name);
      list.append(row);
    }
    find("file-advice", row)?.remove();
    const item = sending.add(file, path, url, Number(arrived) || 0);
    rows.set(item, row);
    show(item);
    return false;
  };

  const choose = (chosen) => {
    const needed = chosen.filter(choosing.isNeeded);
    const bytes = needed.reduce((total, [file]) => total + file.size, 0);
    const isTooMuch = bytes > Number(box.dataset.most) || needed.length > Number(box.dataset.mostFiles);
    const here = isTooMuch ? 0 : needed.map(add).filter(Boolean).length;
    const said = [
      isTooMuch && say("tooMuch", { size: size(bytes), count: needed.length }),
      here && say("here", { count: here }),
      needed.length < chosen.length && say("leftOut", { count: chosen.length - needed.length }),
    ];
    find("files-said").textContent = said.filter(Boolean).join(" ");
    told.clear();
    sending.next();
  };

  const remove = async (row, item) => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    try {
      await (item ? sending.remove(item) : sending.erase(row.dataset.url));
    } catch {
      tell((find("file-words", row).textContent = say("stays")));
      return;
    }
    rows.delete(item);
    row.remove();
    sum();
    tell(say("out"));
    (next ? find("file-remove", next) : find("files-choose-files")).focus();
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    const row = button.closest(".file");
    const item = [...rows.keys()].find((one) => rows.get(one) === row);
    if (button.matches(".file-remove")) remove(row, item);
    else if (item.state === "held") sending.goOn(item);
    else sending.hold(item);
  });

  find("files-hold-all").addEventListener("click", () => {
    if (sending.isBusy) sending.holdAll();
    else sending.goOnAll();
  });

  for (const name of ["files", "folder"]) {
    const input = find(`files-${name}`);
    find(`files-choose-${name}`).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      choose(choosing.ofInput(input));
      input.value = "";
    });
  }
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", async (event) => {
    event.preventDefault();
    choose(await choosing.ofDrop(event.dataTransfer));
  });

  addEventListener("beforeunload", (event) => sending.isBusy && !isLeaving && event.preventDefault());
  addEventListener("submit", (event) => {
    isLeaving = !sending.isBusy || confirm(say("leave"));
    if (isLeaving) return;
    event.preventDefault();
    event.stopPropagation(); // so that the button works another time
  }, true);

  find("files-form").hidden = true;
  find("files-choose").hidden = false;
  find("files-choose-folder").hidden = !("webkitdirectory" in find("files-folder"));
})();
