// The page of files: choosing, dropping, and a line for each with how far it is; sending.js sends them.
(() => {
  const box = document.querySelector(".files");
  if (!box || !window.tus?.isSupported) return;
  const say = (name, values = {}) =>
    (box.dataset[name] || "").replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
  const find = (name, within = box) => within.querySelector(`.${name}`);
  const list = find("files-list");
  const rows = new Map();
  const quarters = new Set();
  let isLeaving = false;

  const size = (bytes) => {
    const step = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), 3);
    return `${(bytes / 1024 ** step).toFixed(step && 1)} ${["bytes", "KB", "MB", "GB"][step]}`;
  };
  const percent = (sent, all) => Math.floor((sent * 100) / all);
  const token = find("files-form").elements.csrfmiddlewaretoken.value;
  const sending = new Sending(box.dataset.uploads, token, (item) => show(item));

  // A short mark of where in a chosen folder a file is: two of a disc may share name, size and day.
  const mark = (path) => {
    let hash = 5381n;
    for (const sign of path) hash = BigInt.asUintN(64, hash * 33n + BigInt(sign.codePointAt(0)));
    return path ? `/${hash.toString(36)}` : "";
  };
  const changedOf = (file, path) => `${file.lastModified}${mark(path)}`;

  // The line of the file that the server has already, in part or whole; each counts for one chosen file.
  const known = (file, changed) => {
    const name = file.name.normalize("NFC").split(/\s+/).join(" ");
    const same = [...list.querySelectorAll("[data-url]:not([data-taken], [data-state=refused])")].filter(
      ({ dataset }) => dataset.name === name && Number(dataset.size) === file.size,
    );
    const exact = same.find(({ dataset }) => dataset.changed === changed);
    const [day, place] = changed.split("/");
    const alike = same.filter(({ dataset: { changed: kept } }) => kept.split("/")[0] === day && !(place && kept.includes("/")));
    return exact ?? (alike.length === 1 ? alike[0] : null);
  };

  const add = (file, path) => {
    const changed = changedOf(file, path);
    const row = known(file, changed) ?? find("file-new").content.firstElementChild.cloneNode(true);
    const isHere = row.dataset.url && row.dataset.state !== "coming";
    row.dataset.taken = "";
    if (isHere) return 1;
    const item = sending.add(file, changed, row.dataset.url, Number(row.dataset.arrived) || 0);
    if (!row.isConnected) {
      row.querySelectorAll(".file-name, .file-named").forEach((place) => (place.textContent = file.name));
      find("file-bar", row).setAttribute("aria-label", file.name);
      list.append(row);
    }
    find("file-advice", row)?.remove();
    rows.set(item, row);
    show(item);
    return 0;
  };

  // `chosen` holds [file, its path in a chosen folder or ""].
  const choose = (chosen) => {
    const isLeftOut = ([file, path]) => path && (/^\.|^thumbs\.db$|^desktop\.ini$/i.test(file.name) || !file.size
      || /\.(exe|dll|msi|bat|cmd|com|jar|inf|sys|ocx|lnk|ico|chm|cab)$/i.test(file.name));
    const wanted = chosen.filter((pair) => !isLeftOut(pair));
    const bytes = wanted.reduce((sum, [file]) => sum + file.size, 0);
    const isTooMuch = bytes > Number(box.dataset.most) || wanted.length > Number(box.dataset.mostFiles);
    const said = isTooMuch ? [say("tooMuch", { size: size(bytes), count: wanted.length })] : [];
    const here = isTooMuch ? 0 : wanted.map(([file, path]) => add(file, path)).reduce((sum, one) => sum + one, 0);
    if (here) said.push(say("here", { count: here }));
    if (wanted.length < chosen.length) said.push(say("leftOut", { count: chosen.length - wanted.length }));
    find("files-said").textContent = said.join(" ");
    quarters.clear();
    sending.next();
  };

  const show = (item) => {
    const row = rows.get(item);
    if (!row || item.state === "gone") return;
    const done = percent(item.sent, item.file.size);
    const state = item.words === "unreadable" ? "unreadable" : item.state;
    const words = state === "refused" ? item.words || say("refused") : say(state, { percent: done });
    find("file-size", row).textContent = size(item.file.size);
    find("file-words", row).textContent = words;
    row.classList.toggle("file-refused", item.state === "refused");
    const bar = find("file-bar", row);
    bar.hidden = ["done", "refused"].includes(item.state);
    bar.value = done;
    find("file-hold", row).hidden = ["done", "refused"].includes(item.state);
    find("file-hold-words", row).textContent = say(item.state === "held" ? "goOn" : "hold");
    sum();
    if (["refused", "away"].includes(item.state)) tell(`${item.file.name}: ${words}`);
  };

  // What a screen reader says aloud: seldom, and not each percent.
  const tell = (words) => {
    const place = find("files-told");
    if (place.textContent !== words) place.textContent = words;
  };

  const sum = () => {
    const items = [...rows.keys()].filter((item) => !["refused", "gone"].includes(item.state));
    const all = items.reduce((total, item) => total + item.file.size, 0);
    const sent = items.reduce((total, item) => total + (item.state === "done" ? item.file.size : item.sent), 0);
    const done = items.filter((item) => item.state === "done").length;
    const far = all ? percent(sent, all) : 0;
    const words = done === items.length ? say("allDone") : say("sum", { done, count: items.length, percent: far });
    find("files-sum").hidden = !items.length;
    find("files-sum-words").textContent = words;
    find("files-bar").value = far;
    find("files-hold-all").hidden = items.length < 2 || done === items.length;
    find("files-hold-all").textContent = say(sending.isBusy ? "holdAll" : "goOnAll");
    const quarter = done === items.length ? "all" : Math.floor(far / 25);
    if (items.length && !quarters.has(quarter)) tell(words);
    quarters.add(quarter);
  };

  const itemOf = (row) => [...rows.keys()].find((item) => rows.get(item) === row);

  const remove = async (row) => {
    const item = itemOf(row);
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
    find("files-choose-files").focus();
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = button?.closest(".file");
    if (button?.matches(".file-remove")) {
      event.preventDefault();
      remove(row);
    } else if (button?.matches(".file-hold")) {
      const item = itemOf(row);
      if (item.state === "held") sending.goOn(item);
      else sending.hold(item);
    }
  });

  find("files-hold-all").addEventListener("click", () => {
    const isBusy = sending.isBusy;
    for (const item of rows.keys()) {
      if (isBusy && ["waiting", "going", "away"].includes(item.state)) sending.hold(item);
      else if (!isBusy && item.state === "held") sending.goOn(item);
    }
  });

  for (const name of ["files", "folder"]) {
    const input = find(`files-${name}`);
    find(`files-choose-${name}`).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      choose([...input.files].map((file) => [file, file.webkitRelativePath || ""]));
      input.value = "";
    });
  }

  // What is dropped, with the folders in it opened.
  const opened = async (entry, path = "") => {
    if (entry.isFile) return [[await new Promise((done, fail) => entry.file(done, fail)), path && path + entry.name]];
    const reader = entry.createReader();
    const found = [];
    for (let some = [null]; some.length; found.push(...some)) {
      some = await new Promise((done, fail) => reader.readEntries(done, fail));
    }
    return (await Promise.all(found.map((one) => opened(one, `${path}${entry.name}/`)))).flat();
  };
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    choose((await Promise.all(entries.map((entry) => opened(entry)))).flat());
  });

  addEventListener("beforeunload", (event) => sending.isBusy && !isLeaving && event.preventDefault());
  addEventListener("submit", (event) => {
    if (!sending.isBusy) return;
    isLeaving = confirm(say("leave"));
    if (isLeaving) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  find("files-form").hidden = true;
  find("files-choose").hidden = false;
  find("files-choose-folder").hidden = !("webkitdirectory" in find("files-folder"));
})();
