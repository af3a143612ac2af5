// Which files somebody chose or dropped, and which of them have come before. A file stands as [file, path]: its path in
// the folder that was chosen, or "".
const choosing = {
  ofInput: (input) => [...input.files].map((file) => [file, file.webkitRelativePath || ""]),

  async ofDrop(transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    return (await Promise.all(entries.map((entry) => choosing.opened(entry)))).flat();
  },

  async opened(entry, path = "") {
    if (entry.isFile) return [[await new Promise((done, fail) => entry.file(done, fail)), path && path + entry.name]];
    const reader = entry.createReader();
    const found = [];
    for (let some = [null]; some.length; ) {
      some = await new Promise((done, fail) => reader.readEntries(done, fail)); // a hundred at a time
      found.push(...some);
    }
    return (await Promise.all(found.map((one) => choosing.opened(one, `${path}${entry.name}/`)))).flat();
  },

  // Discs hold programs to look at the images with, and empty or hidden files of computers.
  isNeeded([file, path]) {
    const isOfTheDisc = /^\.|^(thumbs\.db|desktop\.ini)$|\.(exe|dll|msi|bat|cmd|com|jar|inf|sys|ocx|lnk|ico|chm|cab)$/i;
    return !path || (file.size > 0 && !isOfTheDisc.test(file.name));
  },

  // The one of `rows` that stands for the same file, begun or sent before.
  known([file, path], rows) {
    const name = file.name.normalize("NFC").split(/\s+/).join(" ");
    const folder = path.split("/").slice(0, -1).join("/").normalize("NFC");
    const alike = rows.filter(
      ({ dataset: told }) =>
        told.name === name && Number(told.size) === file.size && told.changed === String(file.lastModified),
    );
    const same = alike.find((row) => row.dataset.folder === folder);
    // A file alone may be one of a folder; two of a disc can share name, size and day.
    const isSure = alike.length === 1 && !(folder && alike[0].dataset.folder);
    return same ?? (isSure ? alike[0] : null);
  },
};
