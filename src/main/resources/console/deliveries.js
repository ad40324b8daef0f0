// What became of the calls that tell a notify_url how the wait has ended.
import { html, nothing } from "./lib/lit-html.js";
import { ask, get, keyPath } from "./api.js";
import { problemBox, relative } from "./parts.js";
import { may } from "./session.js";

const PENDING = 3000;
const BADGES = { pending: ["waiting", "Pending"], delivered: ["received", "Delivered"], failed: ["timed_out", "Failed"] };

export class Deliveries {
  #rows = null;
  #problem = null;
  #timer = 0;
  #closed = false;

  constructor(app, key) {
    this.app = app;
    this.key = key;
  }

  /** Looks, and goes on looking while one of the trigger's is under way. */
  async load(trigger) {
    clearTimeout(this.#timer);
    try {
      const page = await get(keyPath(this.key, "/deliveries"), { limit: 100 });
      this.#rows = page.data.filter((delivery) => delivery.trigger_id === trigger.id);
      this.#problem = null;
    } catch (problem) {
      this.#problem = problem;
    }
    if (!this.#closed && this.#rows?.some((delivery) => delivery.status === "pending")) {
      this.#timer = setTimeout(() => this.load(trigger), PENDING);
    }
    this.app.redraw();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #retry(delivery, trigger) {
    try {
      await ask("POST", keyPath(this.key, `/deliveries/${delivery.id}/retry`), { body: "" });
      await this.load(trigger);
    } catch (problem) {
      this.#problem = problem;
      this.app.redraw();
    }
  }

  view(trigger) {
    const row = (delivery) => {
      const [kind, name] = BADGES[delivery.status] ?? ["canceled", delivery.status];
      const last = delivery.delivered_at ?? delivery.last_attempt_at;
      return html`<li>
        <span class="badge ${kind}">${name}</span>
        <span>${delivery.attempts === 1 ? "1 attempt" : `${delivery.attempts} attempts`}${last ? html`, the last ${relative(last)}` : nothing}</span>
        ${delivery.response_status ? html`<span>answered with ${delivery.response_status}</span>` : nothing}
        ${delivery.error ? html`<span class="fault">${delivery.error}</span>` : nothing}
        ${delivery.next_attempt_at ? html`<span class="quiet">${Date.parse(delivery.next_attempt_at) > Date.now() ? html`next ${relative(delivery.next_attempt_at)}` : "next at once"}</span>` : nothing}
        ${delivery.status !== "delivered" && may("events:send")
          ? html`<button type="button" class="small" @click=${() => this.#retry(delivery, trigger)}>Try again now</button>`
          : nothing}
      </li>`;
    };
    return html`<section class="card">
      <h2>Webhook deliveries</h2>
      ${this.#problem ? problemBox(this.#problem) : nothing}
      ${this.#rows === null
        ? nothing
        : this.#rows.length === 0
          ? html`<p class="quiet">Nothing was to be delivered.</p>`
          : html`<ul class="deliveries">${this.#rows.map(row)}</ul>`}
    </section>`;
  }
}
