// The page of files: its buttons. choosing.js says which files were chosen, sending.js sends them, lines.js shows them.
(() => {
  const box = document.querySelector(".files");
  if (!box || !window.tus?.isSupported) return;
  const lines = new Lines(box);
  const token = lines.find("files-form").elements.csrfmiddlewaretoken.value;
  const sending = new Sending(box.dataset.uploads, token, (item) => lines.show(item));
  let isLeaving = false;

  // Whether the file is here already.
  const add = ([file, path]) => {
    const row = lines.lineFor(file, path);
    const { url, state, arrived } = row.dataset;
    const isHere = url && state !== "coming";
    if (!isHere) lines.put(sending.add(file, path, url, Number(arrived) || 0), row);
    return isHere;
  };

  const choose = (chosen) => {
    const needed = chosen.filter(choosing.isNeeded);
    const bytes = needed.reduce((total, [file]) => total + file.size, 0);
    const isTooMuch = bytes > Number(box.dataset.most) || needed.length > Number(box.dataset.mostFiles);
    lines.tellAnew();
    const here = isTooMuch ? 0 : needed.map(add).filter(Boolean).length;
    const said = [
      isTooMuch && lines.say("tooMuch", { size: Lines.size(bytes), count: needed.length }),
      here && lines.say("here", { count: here }),
      needed.length < chosen.length && lines.say("leftOut", { count: chosen.length - needed.length }),
    ];
    lines.find("files-said").textContent = said.filter(Boolean).join(" ");
    sending.next();
  };

  const remove = async (row, item) => {
    try {
      await (item ? sending.remove(item) : sending.erase(row.dataset.url));
      lines.remove(row);
    } catch (error) {
      const words = error.cause || lines.say("stays");
      lines.find("file-words", row).textContent = words;
      lines.tell(words);
    }
  };

  lines.list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    const row = button.closest(".file");
    const item = lines.itemOf(row);
    if (button.matches(".file-remove")) remove(row, item);
    else if (item.state === "held") sending.goOn(item);
    else sending.hold(item);
  });

  lines.find("files-hold-all").addEventListener("click", () => {
    if (sending.isBusy) sending.hold(...sending.all("waiting", "away", "going"));
    else sending.goOn(...sending.all("held"));
  });

  for (const name of ["files", "folder"]) {
    const input = lines.find(`files-${name}`);
    lines.find(`files-choose-${name}`).addEventListener("click", () => input.click());
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
    isLeaving = !sending.isBusy || confirm(lines.say("leave"));
    if (isLeaving) return;
    event.preventDefault();
    event.stopPropagation(); // so that the button works another time
  }, true);

  // The site looks into a file once it has come; that takes some seconds, of many files some minutes.
  const lookAgain = async () => {
    if (document.hidden || sending.isBusy || lines.areChecked) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) lines.takeChecks(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The connection is away; the next look may find it.
    }
  };
  setInterval(lookAgain, 5000);

  lines.find("files-form").hidden = true;
  lines.find("files-choose").hidden = false;
  lines.find("files-choose-folder").hidden = !("webkitdirectory" in lines.find("files-folder"));
})();
