// Deletes what ended long ago, after a look at how much that is.
import { html, nothing } from "./lib/lit-html.js";
import { ask } from "./api.js";
import { curl } from "./curl.js";
import { code, confirm, problemBox } from "./parts.js";

export class PurgePage {
  title = "Purge";
  #days = 30;
  #found = null;
  #done = null;
  #busy = null;
  #problem = null;

  constructor(app) {
    this.app = app;
  }

  async #purge(dryRun) {
    const days = this.#days;
    this.#busy = dryRun ? "look" : "purge";
    this.#problem = null;
    this.#done = null;
    this.app.redraw();
    try {
      const body = JSON.stringify({ older_than_days: days, dry_run: dryRun });
      const answer = await ask("POST", "/v1/events/purge", { body });
      this.#found = dryRun ? { days, count: answer.would_delete } : null;
      this.#done = dryRun ? null : answer.deleted;
    } catch (problem) {
      this.#problem = problem;
    }
    this.#busy = null;
    this.app.redraw();
  }

  async #really() {
    const { count, days } = this.#found;
    const sure = await confirm({
      title: `Delete ${count.toLocaleString()} triggers?`,
      text: `Everything that ended more than ${days} days ago is deleted, payloads included. Waits stay. This can't be undone.`,
      verb: "Delete them",
      keep: "Keep them",
    });
    if (sure) {
      await this.#purge(false);
    }
  }

  view() {
    const look = (event) => {
      event.preventDefault();
      this.#purge(true);
    };
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
        <form class="row" @submit=${look}>
          <label for="days">Ended more than</label>
          <input id="days" type="number" min="1" max="36500" step="1" required .value=${String(this.#days)} @input=${typed} />
          <span>days ago</span>
          <button ?disabled=${this.#busy}>Look how many</button>
        </form>
        <div role="status">
          ${this.#busy
            ? html`<p><label for="bar">${this.#busy === "look" ? "Counting…" : "Deleting…"}</label> <progress id="bar"></progress></p>`
            : nothing}
          ${this.#found ? html`<p>${this.#found.count === 0 ? "Nothing ended that long ago." : `${this.#found.count.toLocaleString()} triggers would be deleted.`}</p>` : nothing}
          ${this.#done !== null ? html`<p>${this.#done.toLocaleString()} triggers are deleted.</p>` : nothing}
        </div>
        ${this.#found?.count > 0 && !this.#busy
          ? html`<p><button type="button" class="danger" @click=${() => this.#really()}>Delete them…</button></p>`
          : nothing}
      </section>
      <section class="card">
        <details><summary><h2>From a shell</h2></summary>
          ${code(curl("POST", "/v1/events/purge", { body: `{"older_than_days":${this.#days || 30},"dry_run":true}` }), "the command that looks")}
        </details>
      </section>`;
  }
}
