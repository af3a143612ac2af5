// Files on their way by tus, two at a time. It goes on by itself after a lost connection, a closed lid or a restart of
// the server, for as long as the page is open. Nothing is kept in the browser: the server knows what has come.
class Sending {
  static AT_ONCE = 2;
  static CHUNK = 8 * 1024 * 1024;
  static LONGEST_WAIT = 30; // seconds between two tries
  static SILENCE = 60; // seconds in which nothing moves, as after a lid was closed

  constructor(endpoint, token, tell) {
    Object.assign(this, { endpoint, token, tell, items: [] });
    const again = () => this.items.forEach((item) => item.state === "away" && this.#start(item));
    addEventListener("online", again);
    document.addEventListener("visibilitychange", () => document.hidden || again());
    setInterval(() => this.#wake(), 5000);
  }

  get isBusy() {
    return this.items.some((item) => ["waiting", "going", "away"].includes(item.state));
  }

  // `url` is where a file has come to in part. States: waiting, going, held, away, refused, done, gone.
  add(file, changed, url = null, sent = 0) {
    const item = { file, changed, url, sent, state: "waiting", words: "", tries: 0, upload: null, movedAt: 0 };
    this.items.push(item);
    return item;
  }

  next() {
    const going = this.items.filter((item) => ["going", "away"].includes(item.state)).length;
    const waiting = this.items.filter((item) => item.state === "waiting");
    waiting.slice(0, Math.max(Sending.AT_ONCE - going, 0)).forEach((item) => this.#start(item));
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

  async remove(item) {
    this.#stop(item);
    item.state = "gone";
    if (item.url) await this.erase(item.url);
    this.next();
  }

  async erase(url) {
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token };
    const answer = await fetch(url, { method: "DELETE", headers });
    if (!answer.ok && answer.status !== 404) throw new Error(answer.status);
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
      metadata: { filename: item.file.name, changed: item.changed },
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
    this.items.forEach((item) => item.state === "going" && item.movedAt < since && this.#start(item));
  }

  async #fail(item, error) {
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    const text = answer?.getHeader("Content-Type")?.startsWith("text/plain") ? answer.getBody() : "";
    if (!status && !(await Sending.#canBeRead(item.file))) return this.#refuse(item, "unreadable");
    if (status === 404 && item.url) item.url = null; // it has expired
    else if (status >= 400 && status < 500 && ![409, 423, 429, 460].includes(status)) return this.#refuse(item, text);
    if (item.state !== "going") return;
    const wait = Number(answer?.getHeader("Retry-After")) || Math.min(2 ** item.tries++, Sending.LONGEST_WAIT);
    item.timer = setTimeout(() => this.#start(item), wait * 1000);
    this.#set(item, "away", text);
  }

  #end(item) {
    item.sent = item.file.size;
    this.#set(item, "done");
    this.next();
  }

  #refuse(item, words) {
    this.#stop(item);
    this.#set(item, "refused", words);
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
