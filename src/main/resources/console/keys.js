// The project's API keys.
import { html, nothing } from "./lib/lit-html.js";
import { askHere } from "./api.js";
import { Listing, table } from "./listing.js";
import { code, confirm, problemBox, relative } from "./parts.js";

const SCOPES = {
  "events:read": "look at triggers and held events",
  "events:register": "register waits, move deadlines",
  "events:send": "send, make callback links",
  "events:cancel": "cancel waits, delete held events",
  "events:purge": "delete what has ended",
  admin: "keys, audit, settings of the project",
};
const DAYS = [["", "Never"], ["1", "In a day"], ["30", "In 30 days"], ["90", "In 90 days"], ["365", "In a year"]];

export class KeysPage {
  title = "API keys";
  #ask = askHere();
  #problem = null;
  #made = null;
  #busy = false;

  constructor(app) {
    this.app = app;
    this.list = new Listing("/v1/keys", {}, app.redraw);
  }

  async #create(event) {
    event.preventDefault();
    const form = event.target;
    const fields = new FormData(form);
    const days = Number(fields.get("days"));
    const body = {
      scopes: fields.getAll("scope"),
      name: fields.get("name").trim() || undefined,
      event_key_prefix: fields.get("prefix") || undefined,
      expires_at: days ? new Date(Date.now() + days * 86_400_000).toISOString() : undefined,
    };
    await this.#do(async () => {
      this.#made = await this.#ask("POST", "/v1/keys", { body: JSON.stringify(body) });
      form.reset();
    });
  }

  async #revoke(key) {
    const sure = await confirm({
      title: "Revoke this key?",
      text: `Whoever uses ${key.name ?? key.id} is refused within two seconds. This can't be undone.`,
      verb: "Revoke the key",
    });
    if (sure) {
      await this.#do(() => this.#ask("DELETE", `/v1/keys/${key.id}`));
    }
  }

  async #do(task) {
    this.#busy = true;
    this.#problem = null;
    this.app.redraw();
    try {
      await task();
      await this.list.load();
    } catch (problem) {
      this.#problem = problem;
    }
    this.#busy = false;
    this.app.redraw();
  }

  view() {
    const columns = [
      ["Name", (k) => k.name ?? html`<span class="quiet">(no name)</span>`],
      ["Allows", (k) => html`<span class="tags">${k.scopes.map((scope) => html`<code>${scope}</code>`)}</span>`],
      ["State", (k) => state(k)],
      ["Event keys", (k) => (k.event_key_prefix ? html`<code>${k.event_key_prefix}</code>` : "all"), true],
      ["Created", (k) => relative(k.created_at), true],
      ["Id", (k) => html`<code class="nowrap">${k.id}</code>`, true],
      ["Revoke", (k) => (k.revoked_at ? "–" : html`<button type="button" class="danger small" aria-label=${`Revoke ${k.name ?? k.id}`} ?disabled=${this.#busy} @click=${() => this.#revoke(k)}>Revoke…</button>`)],
    ];
    return html`<div class="head">
        <h1 tabindex="-1">API keys</h1>
        <p class="quiet">Who may do what in this project.</p>
      </div>
      ${this.#problem ? problemBox(this.#problem) : nothing} ${this.#made ? this.#secret() : nothing}
      <section class="card">
        <details ?open=${this.list.rows?.length === 0}>
          <summary><h2>Create a key</h2></summary>
          ${this.#form()}
        </details>
      </section>
      ${this.list.view(
        (rows) => table("API keys, newest first", columns, rows),
        html`<p class="quiet">There is no key yet. Keys count on nodes that are started with <code>STANDBY_AUTH=keys</code>.</p>`,
      )}`;
  }

  #secret() {
    return html`<div class="notice good" role="status">
      <p><strong>The key ${this.#made.name ?? ""} is shown this once.</strong> Copy it now: nobody can read it again, the node has only its hash.</p>
      ${code(this.#made.key, "the new key")}
      <p><button type="button" @click=${() => { this.#made = null; this.app.redraw(); }}>I have copied it</button></p>
    </div>`;
  }

  #form() {
    return html`<form class="stack" @submit=${(event) => this.#create(event)}>
      <div class="filters">
        <div class="field"><label for="k-name">Name</label><input id="k-name" name="name" maxlength="255" placeholder="checkout" autocomplete="off" /></div>
        <div class="field"><label for="k-prefix">Only event keys that begin with</label><input id="k-prefix" name="prefix" maxlength="512" placeholder="all of them" autocomplete="off" /></div>
        <div class="field"><label for="k-days">Expires</label><select id="k-days" name="days">${DAYS.map(([days, name]) => html`<option value=${days}>${name}</option>`)}</select></div>
      </div>
      <fieldset>
        <legend class="label">Allows to</legend>
        ${Object.entries(SCOPES).map(([scope, what]) => html`<label class="check"><input type="checkbox" name="scope" value=${scope} /> ${what} <code>${scope}</code></label>`)}
      </fieldset>
      <button class="primary" ?disabled=${this.#busy}>Create the key</button>
    </form>`;
  }
}

function state(key) {
  if (key.revoked_at) {
    return html`<span class="badge canceled">Revoked</span>`;
  }
  if (key.expires_at && Date.parse(key.expires_at) < Date.now()) {
    return html`<span class="badge timed_out">Expired</span>`;
  }
  return html`<span class="badge received">Good</span>${key.expires_at ? html` <span class="nowrap">expires ${relative(key.expires_at)}</span>` : nothing}`;
}
