// What the hand says to the page: one value under way, the next when that one has been answered, the last one always.
class Line {
  constructor() {
    this.queue = new Map(); // what is still to be said, by the handle's name
    this.message = Date.now();
    this.waiting = this.since = 0; // for the answer to which message, since when
  }

  say(name, at, held) {
    this.queue.set(name, { name, at, held });
    this.send();
  }

  answered(message) {
    if (message === this.waiting) this.waiting = 0;
  }

  send() {
    if (this.waiting && performance.now() - this.since < Line.LOST) return;
    const [next] = this.queue.values();
    if (!next) return;
    this.queue.delete(next.name);
    this.waiting = ++this.message;
    this.since = performance.now();
    this.underWay = next.name;
    this.report("hand", { ...next, message: this.message });
  }

  // Whether the page has not yet heard, or not yet answered, the last that was said of a handle.
  isOpen(name) {
    return this.queue.has(name) || (this.waiting > 0 && this.underWay === name);
  }
}
Line.LOST = 15000; // milliseconds after which an answer is waited for no longer
