// What has ended lately, counted by minute and by how long it was waited for.

const MINUTES = 60;
const ENDS = ["received", "timed_out", "canceled"];

export class History {
  /** Up to so many seconds, and what that is called, at length and in short. */
  static BUCKETS = [
    [1, "< 1 s", "1 s"],
    [10, "< 10 s", "10 s"],
    [60, "< 1 min", "1 m"],
    [600, "< 10 min", "10 m"],
    [3_600, "< 1 h", "1 h"],
    [86_400, "< 1 d", "1 d"],
    [Infinity, "≥ 1 d", "more"],
  ];

  #seen = new Map();

  /** Takes in what a list or the feed says. */
  add(triggers) {
    triggers.forEach((trigger) => this.#take(trigger));
  }

  #take(trigger) {
    if (trigger.status === "waiting" || this.#seen.has(trigger.id)) {
      return;
    }
    const ended = Date.parse(trigger.finished_at);
    this.#seen.set(trigger.id, {
      status: trigger.status,
      ended,
      waited: (ended - Date.parse(trigger.requested_at)) / 1000,
    });
    if (this.#seen.size > 50_000) {
      this.#seen.delete(this.#seen.keys().next().value);
    }
  }

  /** The last hour's minutes, in seconds, and how many of each kind ended in each. */
  rates() {
    const now = Math.floor(Date.now() / 60_000);
    const minutes = Array.from({ length: MINUTES }, (_, i) => (now - MINUTES + 1 + i) * 60);
    const ended = ENDS.map(() => new Array(MINUTES).fill(0));
    for (const one of this.#seen.values()) {
      const at = Math.floor(one.ended / 60_000) - now + MINUTES - 1;
      if (at >= 0 && at < MINUTES) {
        ended[ENDS.indexOf(one.status)][at]++;
      }
    }
    return { minutes, ended };
  }

  /** The buckets, and how many were received in each. */
  waits() {
    const counts = History.BUCKETS.map(() => 0);
    for (const { status, waited } of this.#seen.values()) {
      if (status === "received") {
        counts[History.BUCKETS.findIndex(([limit]) => waited < limit)]++;
      }
    }
    return [counts.map((_, i) => i), [counts]];
  }
}
