// What can be done to many waits at once: those that are picked in the table.
import { html, nothing } from "./lib/lit-html.js";
import { askHere, keyPath } from "./api.js";
import { fault } from "./json.js";
import { confirm, delayFields, delayOf, payloadHelp } from "./parts.js";
import { may } from "./session.js";

/** Requests under way at once: a browser has six connections to a node, and the feed is one. */
const AT_ONCE = 4;
/** A batch may have 1000 items, and a body so many characters. */
const BATCH = 1000;
const BODY = 500_000;
/** How many of those that failed are named. */
const NAMED = 20;

const count = (n) => (n === 1 ? "1 wait" : `${n.toLocaleString()} waits`);

export class Bulk {
  #ask = askHere();
  #closed = false;
  /** The triggers that are picked, by id. */
  #picked = new Map();
  #last = null;
  #form = null;
  #fault = null;
  #running = null;
  #done = null;

  constructor(app) {
    this.app = app;
  }

  /** Whether the credentials allow anything of it. */
  static allowed() {
    return may("events:send") || may("events:register") || may("events:cancel");
  }

  has(trigger) {
    return this.#picked.has(trigger.id);
  }

  /** Picks a row or drops it; with `range` also those between it and the one before. */
  pick(trigger, picked, rows, range = false) {
    const at = rows.findIndex((row) => row.id === trigger.id);
    const from = range ? rows.findIndex((row) => row.id === this.#last) : -1;
    const meant = from < 0 ? [trigger] : rows.slice(Math.min(at, from), Math.max(at, from) + 1);
    meant.forEach((row) => this.#put(row, picked));
    this.#last = trigger.id;
    this.app.redraw();
  }

  #put(trigger, picked) {
    if (picked && trigger.status === "waiting") {
      this.#picked.set(trigger.id, trigger);
    } else {
      this.#picked.delete(trigger.id);
    }
  }

  /** Drops what has ended: nothing can be done about it any more. */
  changed(triggers) {
    triggers.filter((trigger) => trigger.status !== "waiting").forEach((trigger) => this.#picked.delete(trigger.id));
  }

  /** Drops all of them, of a list that is not shown any more. */
  clear() {
    this.#picked.clear();
    this.#form = null;
    this.#done = null;
  }

  /** What is under way ends, and nothing else is begun: whoever has left sees nothing of it. */
  close() {
    this.#closed = true;
  }

  async #cancel() {
    const targets = [...this.#picked.values()];
    const sure = await confirm({
      title: `Cancel ${count(targets.length)}?`,
      text: "Whoever waits for them is told that they were canceled. This can't be undone.",
      verb: `Cancel ${count(targets.length)}`,
      keep: "Keep them",
    });
    if (sure) {
      await this.#run("canceled", targets, (trigger) => this.#ask("DELETE", keyPath(trigger.event_key)));
    }
  }

  async #extend(event) {
    event.preventDefault();
    const { seconds, words } = delayOf(event.target);
    const targets = [...this.#picked.values()];
    const sure = await confirm({
      title: `Move the deadline of ${count(targets.length)}?`,
      text: `They end ${words} from now, if nothing comes before.`,
      verb: `Move ${count(targets.length)}`,
      keep: "Leave them",
      harmless: true,
    });
    if (sure) {
      const body = JSON.stringify({ timeout_secs: seconds });
      await this.#run("moved", targets, (trigger) => this.#ask("PATCH", keyPath(trigger.event_key), { body }));
    }
  }

  async #send(event) {
    event.preventDefault();
    const field = event.target.elements.payload;
    const text = field.value.trim();
    this.#fault = fault(text);
    this.app.redraw();
    if (this.#fault) {
      field.focus();
      return;
    }
    const targets = [...this.#picked.values()];
    const sure = await confirm({
      title: `Send to ${count(targets.length)}?`,
      text: "Each of them receives this payload. One that refuses it leaves the others as they are.",
      verb: `Send to ${count(targets.length)}`,
      keep: "Don’t send",
      harmless: true,
    });
    if (sure) {
      await this.#sendAll(targets, text);
    }
  }

  async #sendAll(targets, payload) {
    // As it was written: read and written again, its numbers might lose digits.
    const items = targets.map(({ event_key: key }) => `{"event_key":${JSON.stringify(key)}${payload === "" ? "" : `,"payload":${payload}`}}`);
    const longest = Math.max(1, ...items.map((item) => item.length));
    const size = Math.max(1, Math.min(BATCH, Math.floor(BODY / longest)));
    this.#begin(targets);
    for (let at = 0; at < targets.length && !this.#closed; at += size) {
      const some = targets.slice(at, at + size);
      let results;
      try {
        const body = `{"items":[${items.slice(at, at + size).join(",")}]}`;
        results = (await this.#ask("POST", "/v1/batch/send", { body })).results;
      } catch (problem) {
        results = some.map(() => ({ status: 0, problem }));
      }
      some.forEach((trigger, i) => this.#took(trigger, results[i].problem));
    }
    this.#end("received it");
  }

  async #run(what, targets, task) {
    this.#begin(targets);
    const rest = [...targets];
    const worker = async () => {
      for (let trigger = rest.shift(); trigger && !this.#closed; trigger = rest.shift()) {
        try {
          await task(trigger);
          this.#took(trigger, null);
        } catch (problem) {
          this.#took(trigger, problem);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    this.#end(what);
  }

  #begin(targets) {
    this.#done = null;
    this.#running = { total: targets.length, done: 0, failed: [] };
    this.app.redraw();
  }

  #took(trigger, problem) {
    this.#running.done++;
    if (problem) {
      this.#running.failed.push({ key: trigger.event_key, why: problem.errors?.map((e) => `${e.pointer} ${e.message}`.trim()).join(", ") ?? problem.detail });
    } else {
      this.#picked.delete(trigger.id);
    }
    this.app.redraw();
  }

  #end(what) {
    const { total, failed } = this.#running;
    this.#done = { what, total, failed };
    this.#running = null;
    this.#form = null;
    this.app.redraw();
  }

  /** What stands above the table. */
  view(rows) {
    const open = rows.filter((row) => row.status === "waiting");
    const all = open.length > 0 && open.every((row) => this.has(row));
    const some = this.#picked.size;
    const pickAll = ({ target }) => {
      open.forEach((row) => this.#put(row, target.checked));
      this.app.redraw();
    };
    return html`${this.#result()}
      <div class="bulk" role="group" aria-label="Actions for many">
        <label class="check"
          ><input type="checkbox" .checked=${all} .indeterminate=${some > 0 && !all} ?disabled=${open.length === 0 || this.#running} @change=${pickAll} />
          Select all that wait here</label
        >
        <span class="quiet" role="status">${some > 0 ? `${some.toLocaleString()} selected` : ""}</span>
        ${some > 0 && !this.#running
          ? html`<span class="buttons">
              ${may("events:send") ? this.#opener("send", "Send…") : nothing}
              ${may("events:register") ? this.#opener("extend", "Move the deadline…") : nothing}
              ${may("events:cancel") ? html`<button type="button" class="danger" @click=${() => this.#cancel()}>Cancel…</button>` : nothing}
              <button type="button" class="link" @click=${() => { this.clear(); this.app.redraw(); }}>Select none</button>
            </span>`
          : nothing}
      </div>
      ${this.#running
        ? html`<p role="status"><label for="bulk-bar">${this.#running.done.toLocaleString()} of ${this.#running.total.toLocaleString()}</label>
            <progress id="bulk-bar" max=${this.#running.total} value=${this.#running.done}></progress></p>`
        : some > 0 && this.#form === "send"
          ? this.#sendForm(some)
          : some > 0 && this.#form === "extend"
            ? this.#extendForm(some)
            : nothing}`;
  }

  #opener(form, name) {
    const toggle = () => {
      this.#form = this.#form === form ? null : form;
      this.app.redraw();
    };
    return html`<button type="button" aria-expanded=${this.#form === form ? "true" : "false"} @click=${toggle}>${name}</button>`;
  }

  #sendForm(some) {
    return html`<form class="card stack" @submit=${(event) => this.#send(event)}>
      <div class="field full">
        <label for="bulk-payload">Payload for each of them, as JSON</label>
        <textarea id="bulk-payload" name="payload" rows="4" spellcheck="false" autocapitalize="off" aria-describedby="bulk-help" aria-invalid=${this.#fault ? "true" : "false"}></textarea>
        ${payloadHelp("bulk-help", this.#fault)}
      </div>
      <button class="primary">Send to ${count(some)}…</button>
    </form>`;
  }

  #extendForm(some) {
    return html`<form class="card row" @submit=${(event) => this.#extend(event)}>
      ${delayFields("bulk", "Give them")}
      <button>Move ${count(some)}…</button>
    </form>`;
  }

  #result() {
    if (!this.#done) {
      return nothing;
    }
    const { what, total, failed } = this.#done;
    const close = () => {
      this.#done = null;
      this.app.redraw();
    };
    return html`<div class="notice ${failed.length > 0 ? "bad" : "good"}" role=${failed.length > 0 ? "alert" : "status"}>
      <p><strong>${failed.length === 0 ? `${count(total)} ${what}.` : `${(total - failed.length).toLocaleString()} of ${count(total)} ${what}.`}</strong></p>
      ${failed.length > 0
        ? html`<p>What failed is as it was:</p>
            <ul class="faults">${failed.slice(0, NAMED).map(({ key, why }) => html`<li><code>${key}</code> ${why}</li>`)}</ul>
            ${failed.length > NAMED ? html`<p>and ${failed.length - NAMED} others</p>` : nothing}`
        : nothing}
      <p><button type="button" class="small" @click=${close}>Close</button></p>
    </div>`;
  }
}
