// Deletes what ended long ago, after a look at how much that is.
import { html, nothing } from "./lib/lit-html.js";
import { askHere } from "./api.js";
import { curl } from "./curl.js";
import { code, confirm, problemBox } from "./parts.js";

const OLDEST = 36_500;
/** A purge is one transaction, and says what it has done when it is done: so it is asked for in pieces of about this size. */
const PIECE = 20_000;

/**
 * Purges from the oldest on, a piece at a time; a day is never parted.
 *
 * @param purge does it with what is older than so many days, or counts it
 * @param running of how many, `total`; it begins nothing more once that is `stopping`
 * @param told is called with how many a piece has deleted
 */
async function inPieces(purge, days, running, told) {
  // What is left, by ages: the last of them is the oldest, and nothing is older than `end`.
  const left = [{ age: days, count: running.total }];
  let end = OLDEST + 1;
  while (left.length > 0 && !running.stopping) {
    const last = left.at(-1);
    const middle = end > 2 * last.age ? 2 * last.age : Math.floor((last.age + end) / 2);
    if (last.count > PIECE && middle > last.age && middle < end) {
      const { would_delete: older } = await purge(middle, true);
      if (older > 0) {
        left.push({ age: middle, count: older });
      } else {
        end = middle;
      }
      continue;
    }
    const { deleted } = await purge(last.age, false);
    left.pop();
    left.forEach((younger) => (younger.count -= deleted));
    end = last.age;
    told(deleted);
  }
}

export class PurgePage {
  title = "Purge";
  #ask = askHere();
  #days = 30;
  #found = null;
  /** A purge that runs: `{ total, deleted, began, stopping }`. */
  #running = null;
  #done = null;
  #looking = false;
  #problem = null;

  constructor(app) {
    this.app = app;
  }

  /** Whoever leaves the page has it stop after the piece. */
  close() {
    this.#stop();
  }

  #purge(days, dryRun) {
    return this.#ask("POST", "/v1/events/purge", { body: JSON.stringify({ older_than_days: days, dry_run: dryRun }) });
  }

  async #look(event) {
    event.preventDefault();
    const days = this.#days;
    this.#looking = true;
    this.#done = null;
    await this.#try(async () => {
      this.#found = { days, count: (await this.#purge(days, true)).would_delete };
    });
    this.#looking = false;
    this.app.redraw();
  }

  async #really() {
    const { count, days } = this.#found;
    const sure = await confirm({
      title: `Delete ${many(count)}?`,
      text: `Everything that ended more than ${days} ${days === 1 ? "day" : "days"} ago is deleted, payloads included. Waits stay. This can't be undone.`,
      verb: count === 1 ? "Delete it" : "Delete them",
      keep: count === 1 ? "Keep it" : "Keep them",
    });
    if (!sure) {
      return;
    }
    const running = (this.#running = { total: count, deleted: 0, began: Date.now(), stopping: false });
    await this.#try(() =>
      inPieces((age, dryRun) => this.#purge(age, dryRun), days, running, (deleted) => {
        running.deleted += deleted;
        this.app.redraw();
      }),
    );
    this.#done = running;
    this.#running = null;
    this.#found = null;
    this.app.redraw();
  }

  #stop() {
    if (this.#running) {
      this.#running.stopping = true;
      this.app.redraw();
    }
  }

  async #try(task) {
    this.#problem = null;
    this.app.redraw();
    try {
      await task();
    } catch (problem) {
      this.#problem = problem;
    }
  }

  view() {
    const busy = this.#looking || this.#running;
    const typed = ({ target }) => {
      this.#days = Number(target.value);
      this.#found = null;
      this.app.redraw();
    };
    return html`<div class="head">
        <h1 tabindex="-1">Purge</h1>
        <p class="quiet">Deletes triggers that ended long ago. What waits is never deleted.</p>
      </div>
      ${this.#problem ? problemBox(this.#problem) : nothing}
      <section class="card">
        <form class="row" @submit=${(event) => this.#look(event)}>
          <label for="days">Ended more than</label>
          <input id="days" type="number" min="1" max=${OLDEST} step="1" required .value=${String(this.#days)} ?disabled=${busy} @input=${typed} />
          <span>days ago</span>
          <button ?disabled=${busy}>Look how many</button>
        </form>
        <div role="status">
          ${this.#looking ? html`<p><label for="bar">Counting…</label> <progress id="bar"></progress></p>` : nothing}
          ${this.#found && !this.#running ? html`<p>${this.#found.count === 0 ? "Nothing ended that long ago." : `${many(this.#found.count)} would be deleted.`}</p>` : nothing}
          ${this.#done ? html`<p>${result(this.#done)}</p>` : nothing}
        </div>
        ${this.#running ? this.#progress(this.#running) : nothing}
        ${this.#found?.count > 0 && !busy
          ? html`<p><button type="button" class="danger" @click=${() => this.#really()}>Delete them…</button></p>`
          : nothing}
      </section>
      <section class="card">
        <details><summary><h2>From a shell</h2></summary>
          ${code(curl("POST", "/v1/events/purge", { body: `{"older_than_days":${this.#days || 30},"dry_run":true}` }), "the command that looks")}
        </details>
      </section>`;
  }

  #progress({ total, deleted, began, stopping }) {
    const rate = Math.round(deleted / Math.max(1, (Date.now() - began) / 1000));
    return html`<div class="progress">
      <label for="bar">${deleted.toLocaleString()} of ${total.toLocaleString()} deleted${rate > 0 ? `, ${rate.toLocaleString()} a second` : ""}</label>
      <progress id="bar" max=${total} value=${Math.min(total, deleted)}></progress>
      <p>
        <button type="button" ?disabled=${stopping} @click=${() => this.#stop()}>${stopping ? "Stopping…" : "Stop"}</button>
        <span class="quiet small">Oldest first. ${stopping ? "It stops after the piece that is being deleted." : "What is deleted stays deleted when you stop or leave the page."}</span>
      </p>
    </div>`;
  }
}

const many = (count) => (count === 1 ? "1 trigger" : `${count.toLocaleString()} triggers`);

function result({ total, deleted, stopping }) {
  return stopping && deleted < total
    ? `Stopped: ${deleted.toLocaleString()} of ${many(total)} ${deleted === 1 ? "is" : "are"} deleted.`
    : `${many(deleted)} ${deleted === 1 ? "is" : "are"} deleted.`;
}
