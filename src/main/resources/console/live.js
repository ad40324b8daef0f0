// The project's feed: every change, as it happens. EventSource can't send a key, so the stream is read by hand.
import { headers, onRefused, withQuery } from "./api.js";

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;
/** The node says something every 15 s; after this much silence the connection is dead. */
const SILENCE = 45_000;

/** Splits a text/event-stream into frames. */
class Frames {
  #buffer = "";

  /** The frames that a piece of text completes. */
  push(text) {
    this.#buffer += text;
    const blocks = this.#buffer.split(/\r?\n\r?\n/);
    this.#buffer = blocks.pop();
    return blocks.map(frame);
  }
}

function frame(block) {
  const frame = { event: "message", data: "" };
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) {
      const name = line.slice(0, colon);
      const value = line.slice(colon + 1).replace(/^ /, "");
      frame[name] = name === "data" && frame.data ? `${frame.data}\n${value}` : value;
    }
  }
  return frame;
}

/** Reads the feed of a project until it is closed, whatever happens to connections and nodes. */
export class Feed {
  #closed = new AbortController();
  #lastId = "";
  #pause = FIRST_PAUSE;

  /**
   * @param {{changed: function, missed: function, state: function}} listener `changed` gets triggers, `missed` is told
   *     that some changes can't be told, `state` gets "live" or "offline"
   */
  constructor(project, listener) {
    this.project = project;
    this.listener = listener;
    this.#run();
  }

  close() {
    this.#closed.abort();
  }

  async #run() {
    while (!this.#closed.signal.aborted) {
      try {
        await this.#read();
      } catch {
        // Told below, and tried again.
      }
      if (!this.#closed.signal.aborted) {
        this.listener.state("offline");
        await new Promise((done) => setTimeout(done, this.#pause * (0.75 + Math.random() / 2)));
        this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      }
    }
  }

  async #read() {
    const connection = new AbortController();
    const close = () => connection.abort();
    this.#closed.signal.addEventListener("abort", close);
    let silence = setTimeout(close, SILENCE);
    try {
      const more = this.#lastId ? { "Last-Event-ID": this.#lastId } : {};
      const response = await fetch(withQuery("/v1/events", { project_id: this.project }), {
        headers: headers({ Accept: "text/event-stream", ...more }),
        signal: connection.signal,
        cache: "no-store",
      });
      if (!response.ok) {
        this.#refused(response);
        return;
      }
      const frames = new Frames();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) {
          return;
        }
        clearTimeout(silence);
        silence = setTimeout(close, SILENCE);
        this.#take(frames.push(value));
      }
    } finally {
      clearTimeout(silence);
      this.#closed.signal.removeEventListener("abort", close);
    }
  }

  #refused(response) {
    if (response.status === 401) {
      this.close();
      onRefused.call();
    } else if (response.status === 403) {
      this.close();
      this.listener.state("forbidden");
    } else {
      this.#pause = Math.max(this.#pause, Number(response.headers.get("Retry-After") ?? 0) * 1000);
    }
  }

  #take(frames) {
    const changed = [];
    for (const { event, id, data, retry } of frames) {
      if (retry) {
        this.#pause = Math.min(Number(retry), FIRST_PAUSE);
      }
      if (id) {
        if (!this.#lastId) {
          // What happened between the page's first reading and here was not told.
          this.listener.missed();
        }
        this.#lastId = id;
        this.listener.state("live");
      }
      if (event === "reset") {
        this.listener.missed();
      } else if (event === "status") {
        changed.push(JSON.parse(data));
      }
    }
    if (changed.length > 0) {
      this.listener.changed(changed);
    }
  }
}
