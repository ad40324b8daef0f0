// One send to every wait whose key begins alike, after a look at which these are.
import { html, nothing } from "./lib/lit-html.js";
import { askHere, get } from "./api.js";
import { curl } from "./curl.js";
import { fault } from "./json.js";
import { code, confirm, deadline, payloadHelp, problemBox } from "./parts.js";
import { go } from "./router.js";
import { address } from "./triggers.js";
import { session } from "./session.js";

const PAUSE = 250;
const SHOWN = 20;

export class PrefixPage {
  title = "Prefix send";
  #ask = askHere();
  #request = null;
  #hits = null;
  #problem = null;
  #fault = null;
  #done = null;
  #busy = false;
  #timer = 0;

  constructor(app, params) {
    this.app = app;
    this.moved(params);
  }

  moved({ prefix = "" }) {
    this.prefix = prefix;
    this.#look();
  }

  changed(triggers) {
    if (this.prefix && triggers.some((trigger) => trigger.event_key.startsWith(this.prefix))) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#look(), PAUSE);
    }
  }

  missed() {
    this.#look();
  }

  close() {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  /** What it would hit: sleeps are left alone by a prefix send. */
  async #look() {
    this.#request?.abort();
    if (!this.prefix) {
      this.#hits = null;
      this.app.redraw();
      return;
    }
    const request = (this.#request = new AbortController());
    try {
      const query = { status: "waiting", trigger_type: "event", event_key_prefix: this.prefix, limit: 1000 };
      this.#hits = await get("/v1/events", query, request.signal);
      this.#problem = null;
    } catch (problem) {
      if (problem.name === "AbortError") {
        return;
      }
      this.#hits = null;
      this.#problem = problem;
    }
    this.app.redraw();
  }

  #type({ target: { value } }) {
    clearTimeout(this.#timer);
    this.#done = null;
    this.#timer = setTimeout(() => go("prefix", { project: session.project, prefix: value }, { replace: true }), PAUSE);
  }

  async #send(event) {
    event.preventDefault();
    const text = event.target.elements.payload.value.trim();
    this.#fault = fault(text);
    this.app.redraw();
    if (this.#fault || !this.prefix) {
      return;
    }
    const prefix = this.prefix;
    const sure = await confirm({
      title: `Send to ${this.#count()}?`,
      text: `Every wait whose key begins with ${prefix} receives this payload, those that are registered meanwhile too. All of them or, if one refuses it, none.`,
      verb: "Send to all of them",
      keep: "Don’t send",
      harmless: true,
    });
    if (!sure) {
      return;
    }
    this.#busy = true;
    this.#problem = null;
    this.app.redraw();
    try {
      const path = `/v1/events/prefix/${encodeURIComponent(prefix)}/send`;
      const { resolved } = await this.#ask("POST", path, { body: text === "" ? "{}" : `{"payload":${text}}` });
      this.#done = { resolved, prefix };
      await this.#look();
    } catch (problem) {
      this.#problem = problem;
    }
    this.#busy = false;
    this.app.redraw();
  }

  #count() {
    const { data, has_more: more } = this.#hits ?? { data: [], has_more: false };
    return more ? "more than 1000 waits" : data.length === 1 ? "1 wait" : `${data.length} waits`;
  }

  view() {
    const hits = this.#hits?.data ?? [];
    return html`<div class="head">
        <h1 tabindex="-1">Prefix send</h1>
        <p class="quiet">One event for every wait whose key begins alike: all of them receive it, or none.</p>
      </div>
      ${this.#done
        ? html`<div class="notice good" role="status"><p>${this.#done.resolved} received it, of those that begin with <code>${this.#done.prefix}</code>.</p></div>`
        : nothing}
      ${this.#problem ? problemBox(this.#problem) : nothing}
      <div class="columns">
        <form class="card stack" @submit=${(event) => this.#send(event)}>
          <div class="field full">
            <label for="p-prefix">Event keys that begin with</label>
            <input id="p-prefix" maxlength="512" required spellcheck="false" autocomplete="off" placeholder="order:1001/" value=${this.prefix} @input=${(event) => this.#type(event)} />
          </div>
          <div class="field full">
            <label for="p-payload">Payload, as JSON</label>
            <textarea id="p-payload" name="payload" rows="6" spellcheck="false" aria-describedby="p-help" aria-invalid=${this.#fault ? "true" : "false"}></textarea>
            ${payloadHelp("p-help", this.#fault)}
          </div>
          <button class="primary" ?disabled=${this.#busy || hits.length === 0}>${this.#busy ? "Sending…" : this.prefix ? `Send to ${this.#count()}…` : "Send…"}</button>
        </form>
        <section class="card" aria-live="polite">
          <h2>${this.prefix ? `It would hit ${this.#count()}` : "What it would hit"}</h2>
          ${hits.length > 0
            ? html`<ol class="list">${hits.slice(0, SHOWN).map((t) => html`<li><a href=${address(t)}>${t.event_key}</a> ${deadline(t)}</li>`)}</ol>
                ${hits.length > SHOWN ? html`<p class="quiet">and others</p>` : nothing}`
            : html`<p class="quiet">${this.prefix ? "Nothing that begins so waits for an event." : "Type how the keys begin, and they are shown here before anything is sent."}</p>`}
          ${this.prefix
            ? html`<details><summary>From a shell</summary>${code(curl("POST", `/v1/events/prefix/${encodeURIComponent(this.prefix)}/send`, { body: '{"payload":{"approved":true}}' }), "the command that sends")}</details>`
            : nothing}
        </section>
      </div>`;
  }
}
