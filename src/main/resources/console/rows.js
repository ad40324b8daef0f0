// The rows of one page of a list, which follow the feed.
import { get } from "./api.js";

const PAGE = 50;
/** How long a row shows that it has just changed. */
const FRESH = 2500;

/** An instant that sorts as text: its fraction filled up to microseconds. */
export function instant(text) {
  const [whole, fraction = ""] = text.replace("Z", "").split(".");
  return `${whole}.${fraction.padEnd(6, "0")}`;
}

export class Rows {
  rows = [];
  more = false;
  cursor = null;
  problem = null;
  loading = false;
  loaded = false;
  #changedAt = new Map();
  #early = [];
  #request = null;
  #again = false;

  /** @param filter what `GET /v1/events` takes; @param from the cursor of the page, if it is not the first */
  constructor(filter, from, redraw) {
    this.filter = filter;
    this.from = from;
    this.redraw = redraw;
  }

  async load() {
    if (this.#request) {
      // What is on its way may be old already.
      this.#again = true;
      return;
    }
    this.#again = false;
    const request = (this.#request = new AbortController());
    this.loading = true;
    this.redraw();
    try {
      const page = await get("/v1/events", { ...this.filter, limit: PAGE, cursor: this.from }, request.signal);
      this.rows = page.data;
      this.more = page.has_more;
      this.cursor = page.next_cursor;
      this.problem = null;
      this.loaded = true;
    } catch (problem) {
      if (problem.name === "AbortError") {
        return;
      }
      this.problem = problem;
    }
    this.#request = null;
    this.loading = false;
    const early = this.#early;
    this.#early = [];
    this.apply(early);
    this.redraw();
    if (this.#again) {
      this.load();
    }
  }

  close() {
    this.#request?.abort();
  }

  /** Takes in what has changed. */
  apply(changed) {
    if (this.loading) {
      this.#early.push(...changed);
      return;
    }
    if (changed.length > 2 * PAGE) {
      changed = newest(changed, this.rows);
    }
    for (const trigger of changed) {
      const at = this.rows.findIndex((row) => row.id === trigger.id);
      if (at >= 0) {
        if (this.rows[at].status === "waiting") {
          this.rows[at] = trigger;
          this.#touch(trigger);
        }
      } else if (!this.from && matches(trigger, this.filter)) {
        this.#insert(trigger);
      }
    }
    if (this.rows.length > PAGE && !this.from) {
      this.rows.length = PAGE;
      this.more = true;
      this.cursor = this.rows[PAGE - 1].requested_at;
    }
  }

  /** Whether a row has just changed. */
  fresh(trigger) {
    const at = this.#changedAt.get(trigger.id);
    return at !== undefined && Date.now() - at < FRESH;
  }

  #insert(trigger) {
    const when = instant(trigger.requested_at);
    const at = this.rows.findIndex((row) => instant(row.requested_at) < when);
    if (at >= 0) {
      this.rows.splice(at, 0, trigger);
    } else if (!this.more) {
      this.rows.push(trigger);
    } else {
      return;
    }
    this.#touch(trigger);
  }

  #touch(trigger) {
    if (this.#changedAt.size > 4 * PAGE) {
      this.#changedAt.clear();
    }
    this.#changedAt.set(trigger.id, Date.now());
  }
}

/** Of a flood only what can be seen: what is shown already, and the last of the rest. */
function newest(changed, rows) {
  const known = new Set(rows.map((row) => row.id));
  const seen = changed.filter((trigger) => known.has(trigger.id));
  return [...seen, ...changed.filter((trigger) => !known.has(trigger.id)).slice(-PAGE)];
}

/** Whether a list with those filters has the trigger. */
function matches(trigger, filter) {
  return Object.entries(filter).every(([name, value]) => {
    switch (true) {
      case value === undefined || value === "":
        return true;
      case name === "event_key_prefix":
        return trigger.event_key.startsWith(value);
      case name === "expires_before":
        return Date.parse(trigger.expires_at) < Date.parse(value);
      case name === "trigger_type":
        return (trigger.trigger_type ?? "event") === value;
      default:
        return trigger[name] === value;
    }
  });
}
