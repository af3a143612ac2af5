// Files on their way by tus, two at a time. It goes on by itself after a lost connection, a closed lid or a restart of
// the server, for as long as the page is open. Nothing is kept in the browser: the server knows what has come.
class Sending {
  static AT_ONCE = 2;
  static CHUNK = 8 * 1024 * 1024;
  static LONGEST_WAIT = 30; // seconds between two tries
  static SILENCE = 60; // seconds in which nothing moves, as after a lid was closed
  static PASSING = [409, 423, 429, 460]; // answers after which another try may do

  constructor(endpoint, token, tell) {
    Object.assign(this, { endpoint, token, tell, items: [] });
    const again = () => this.#all("away").forEach((item) => this.#start(item));
    addEventListener("online", again);
    document.addEventListener("visibilitychange", () => document.hidden || again());
    setInterval(() => this.#wake(), 5000);
  }

  get isBusy() {
    return this.#all("waiting", "going", "away").length > 0;
  }

  // `path` is its place in a folder; `url` is where it has come to in part, `sent` how much of it.
  // States: waiting, going, held, away (for a moment), done, refused, unreadable, gone.
  add(file, path, url = null, sent = 0) {
    const item = { file, path, url, sent, state: "waiting", words: "", tries: 0, upload: null, movedAt: 0 };
    this.items.push(item);
    return item;
  }

  next() {
    const free = Math.max(Sending.AT_ONCE - this.#all("going", "away").length, 0);
    this.#all("waiting").slice(0, free).forEach((item) => this.#start(item));
  }

  hold(item) {
    this.#stop(item);
    this.#set(item, "held");
    this.next();
  }

  goOn(item) {
    this.#set(item, "waiting");
    this.next();
  }

  holdAll() {
    for (const item of this.#all("waiting", "away", "going")) {
      this.#stop(item);
      this.#set(item, "held");
    }
  }

  goOnAll() {
    this.#all("held").forEach((item) => this.#set(item, "waiting"));
    this.next();
  }

  async remove(item) {
    if (item.state !== "done") this.hold(item);
    if (item.url) await this.erase(item.url);
    item.state = "gone";
  }

  async erase(url) {
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token };
    const answer = await fetch(url, { method: "DELETE", headers });
    if (!answer.ok && answer.status !== 404) throw new Error(answer.status);
  }

  #all(...states) {
    return this.items.filter((item) => states.includes(item.state));
  }

  #start(item) {
    this.#stop(item);
    item.movedAt = Date.now();
    const upload = new tus.Upload(item.file, {
      // Only one of them: a client that has both begins the file anew where the server is away for a moment.
      endpoint: item.url ? null : this.endpoint,
      uploadUrl: item.url,
      chunkSize: Sending.CHUNK,
      retryDelays: null, // #fail says when
      storeFingerprintForResuming: false,
      headers: { "X-CSRFToken": this.token },
      metadata: { filename: item.file.name, path: item.path, changed: item.file.lastModified },
      onUploadUrlAvailable: () => {
        const isNeeded = item.upload === upload || !(item.upload || item.url || item.state === "gone");
        if (isNeeded) item.url = upload.url;
        else this.erase(upload.url).catch(() => {}); // it expires
        if (item.upload !== upload) upload.abort(); // held before it had begun
      },
      onProgress: (sent) => item.upload === upload && this.#move(item, sent),
      onChunkComplete: () => (item.tries = 0),
      onSuccess: () => item.upload === upload && this.#end(item),
      onError: (error) => item.upload === upload && this.#fail(item, error),
    });
    item.upload = upload;
    this.#set(item, "going");
    upload.start();
  }

  #stop(item) {
    clearTimeout(item.timer);
    if (item.url) item.upload?.abort();
    item.upload = null;
  }

  #set(item, state, words = "") {
    item.state = state;
    item.words = words;
    this.tell(item);
  }

  #move(item, sent) {
    item.movedAt = Date.now();
    item.sent = sent;
    this.tell(item);
  }

  #wake() {
    const since = Date.now() - Sending.SILENCE * 1000;
    this.#all("going").filter((item) => item.movedAt < since).forEach((item) => this.#start(item));
  }

  async #fail(item, error) {
    const { upload } = item;
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    const text = answer?.getHeader("Content-Type")?.startsWith("text/plain") ? answer.getBody() : "";
    const isReadable = status || (await Sending.#canBeRead(item.file));
    if (item.upload !== upload) return; // held meanwhile
    if (!isReadable) return this.#giveUp(item, "unreadable");
    if (status === 404 && item.url) item.url = null; // it has expired
    else if (status >= 400 && status < 500 && !Sending.PASSING.includes(status)) return this.#giveUp(item, "refused", text);
    const wait = Number(answer?.getHeader("Retry-After")) || Math.min(2 ** item.tries++, Sending.LONGEST_WAIT);
    item.timer = setTimeout(() => this.#start(item), wait * 1000);
    this.#set(item, "away", text);
  }

  #end(item) {
    item.sent = item.file.size;
    this.#set(item, "done");
    this.next();
  }

  #giveUp(item, state, words) {
    this.#stop(item);
    this.#set(item, state, words);
    this.next();
  }

  static async #canBeRead(file) {
    try {
      await file.slice(0, 1).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  }
}
