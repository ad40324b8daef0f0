// Events that came before anybody waited for them.
import { html } from "./lib/lit-html.js";
import { askHere, keyPath } from "./api.js";
import { curl } from "./curl.js";
import { Listing, table } from "./listing.js";
import { code, confirm, problemBox, relative } from "./parts.js";
import { may } from "./session.js";

export class HeldPage {
  title = "Held events";
  #ask = askHere();
  #problem = null;

  constructor(app) {
    this.app = app;
    this.list = new Listing("/v1/held", {}, app.redraw);
  }

  changed() {
    // A registration may have taken one.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.list.load(), 1000);
  }

  close() {
    clearTimeout(this.timer);
  }

  async #remove(event) {
    const sure = await confirm({
      title: "Delete this event?",
      text: `What was sent to ${event.event_key} is lost: a registration will wait instead of receiving it.`,
      verb: "Delete the event",
    });
    if (sure) {
      try {
        await this.#ask("DELETE", `/v1/held/${encodeURIComponent(event.id)}`);
        this.#problem = null;
      } catch (problem) {
        this.#problem = problem;
      }
      await this.list.load();
    }
  }

  view() {
    const columns = [
      ["Event key", (e) => e.event_key],
      ["Held until", (e) => html`<span class="narrow">ends </span>${relative(e.held_until)}`],
      ["Sent", (e) => relative(e.held_at), true],
      ["By", (e) => (e.sent_by ? html`<code>${e.sent_by}</code>` : "–"), true],
      ["Payload", (e) => ("payload" in e ? html`<code class="cut">${JSON.stringify(e.payload)}</code>` : "–"), true],
    ];
    if (may("events:cancel")) {
      columns.push(["Delete", (e) => html`<button type="button" class="danger small" aria-label=${`Delete the event for ${e.event_key}`} @click=${() => this.#remove(e)}>Delete…</button>`]);
    }
    return html`<div class="head">
        <h1 tabindex="-1">Held events</h1>
        <p class="quiet">What was sent before anybody waited for it. The next registration of the key receives the oldest at once.</p>
      </div>
      ${this.#problem ? problemBox(this.#problem) : ""}
      ${this.list.view(
        (rows) => table("Held events, newest first", columns, rows),
        html`<div class="empty">
          <h2>No event is held</h2>
          <p>A sender that may be quicker than the waiter says for how long its event is to be kept:</p>
          ${code(curl("POST", keyPath("order:1001/payment", "/send"), { body: '{"payload":{"paid":true},"hold_secs":3600}' }), "the command that sends early")}
        </div>`,
      )}`;
  }
}
