// One file on its way by tus. It goes on by itself after a lost connection, a closed lid or a restart of the server.
// Nothing is kept in the browser: the server knows what has come.
class OnItsWay {
  static CHUNK = 8 * 1024 * 1024;
  static LONGEST_WAIT = 30; // seconds between two tries
  static PASSING = [409, 423, 429, 460]; // answers after which another try may do

  #upload = null;
  #tries = 0;
  #timer = 0;

  // `path` is its place in a folder; `url` is where it has come to in part, `sent` how much of it.
  // States: waiting, going, held, away (for a moment), done, refused, unreadable, gone.
  constructor(file, path, url, sent, queue) {
    Object.assign(this, { file, path, url, sent, queue, state: "waiting", words: "", movedAt: 0 });
  }

  set(state, words = "") {
    Object.assign(this, { state, words });
    this.queue.tell(this);
  }

  start() {
    this.stop();
    this.movedAt = Date.now();
    const isCurrent = () => this.#upload === upload;
    const upload = new tus.Upload(this.file, {
      // Only one of them: a client that has both begins the file anew where the server is away for a moment.
      endpoint: this.url ? null : this.queue.endpoint,
      uploadUrl: this.url,
      chunkSize: OnItsWay.CHUNK,
      retryDelays: null, // #fail says when
      storeFingerprintForResuming: false,
      headers: this.queue.headers,
      metadata: { filename: this.file.name, path: this.path, changed: this.file.lastModified },
      onUploadUrlAvailable: () => this.#begun(upload),
      onProgress: (sent) => isCurrent() && this.#move(sent),
      onChunkComplete: () => (this.#tries = 0),
      onSuccess: () => isCurrent() && this.#end("done"),
      onError: (error) => isCurrent() && this.#fail(error),
    });
    this.#upload = upload;
    this.set("going");
    upload.start();
  }

  // A file that is just being begun is let begin, or the server would keep one that nobody goes on with.
  stop() {
    clearTimeout(this.#timer);
    if (this.url) this.#upload?.abort();
    this.#upload = null;
  }

  #begun(upload) {
    const isNeeded = this.#upload === upload || !(this.#upload || this.url || this.state === "gone");
    if (isNeeded) this.url = upload.url;
    else this.queue.erase(upload.url).catch(() => {}); // it expires
    if (this.#upload !== upload) upload.abort();
  }

  #move(sent) {
    this.movedAt = Date.now();
    this.sent = sent;
    this.queue.tell(this);
  }

  #end(state, words) {
    this.stop();
    if (state === "done") this.sent = this.file.size;
    this.set(state, words);
    this.queue.next();
  }

  async #fail(error) {
    const upload = this.#upload;
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    const text = answer?.getHeader("Content-Type")?.startsWith("text/plain") ? answer.getBody() : "";
    const isReadable = status || (await this.#canBeRead());
    if (this.#upload !== upload) return; // held meanwhile
    if (!isReadable) return this.#end("unreadable");
    if (status === 404 && this.url) this.url = null; // it has expired
    else if (status >= 400 && status < 500 && !OnItsWay.PASSING.includes(status)) return this.#end("refused", text);
    const wait = Number(answer?.getHeader("Retry-After")) || Math.min(2 ** this.#tries++, OnItsWay.LONGEST_WAIT);
    this.#timer = setTimeout(() => this.start(), wait * 1000);
    this.set("away", text);
  }

  // A disc may have been taken out.
  async #canBeRead() {
    try {
      await this.file.slice(0, 1).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  }
}
