// Files that wait for their turn: two are on their way at a time, for as long as the page is open.
class Sending {
  static AT_ONCE = 2;
  static SILENCE = 60; // seconds in which nothing moves, as after a lid was closed

  // `tell` hears of each OnItsWay that changes.
  constructor(endpoint, token, tell) {
    const headers = { "X-CSRFToken": token };
    Object.assign(this, { endpoint, headers, tell, items: [] });
    const again = () => this.all("away").forEach((item) => item.start());
    addEventListener("online", again);
    document.addEventListener("visibilitychange", () => document.hidden || again());
    setInterval(() => this.#wake(), 5000);
  }

  get isBusy() {
    return this.all("waiting", "going", "away").length > 0;
  }

  all(...states) {
    return this.items.filter((item) => states.includes(item.state));
  }

  add(file, path, url = null, sent = 0) {
    this.items.push(new OnItsWay(file, path, url, sent, this));
    return this.items.at(-1);
  }

  next() {
    const free = Math.max(Sending.AT_ONCE - this.all("going", "away").length, 0);
    this.all("waiting").slice(0, free).forEach((item) => item.start());
  }

  hold(...items) {
    for (const item of items) {
      item.stop();
      item.set("held");
    }
    this.next();
  }

  goOn(...items) {
    items.forEach((item) => item.set("waiting"));
    this.next();
  }

  async remove(item) {
    if (item.state !== "done") this.hold(item);
    if (item.url) await this.erase(item.url);
    item.state = "gone";
  }

  async erase(url) {
    const answer = await fetch(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0", ...this.headers } });
    if (answer.ok || answer.status === 404) return;
    throw new Error(answer.status, { cause: answer.status === 403 ? await answer.text() : "" });
  }

  #wake() {
    const since = Date.now() - Sending.SILENCE * 1000;
    this.all("going").filter((item) => item.movedAt < since).forEach((item) => item.start());
  }
}
