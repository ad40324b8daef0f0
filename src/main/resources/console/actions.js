// What can be done to a trigger that waits: send, extend, cancel.
import { html, nothing } from "./lib/lit-html.js";
import { askHere, keyPath } from "./api.js";
import { fault, pretty } from "./json.js";
import { confirm, delayFields, delayOf, payloadHelp, problemBox } from "./parts.js";
import { may } from "./session.js";

export class Actions {
  #ask = askHere();
  #busy = null;
  #problem = null;
  #fault = null;
  /** What stands in the editor; null until somebody has typed. */
  #text = null;

  /** `done` gets the trigger as it has become. */
  constructor(app, key, done) {
    this.app = app;
    this.key = key;
    this.done = done;
  }

  async #run(name, method, path, body) {
    this.#busy = name;
    this.#problem = null;
    this.app.redraw();
    try {
      this.done(await this.#ask(method, path, { body }));
    } catch (problem) {
      this.#problem = { name, problem };
      if (problem.trigger) {
        this.done(problem.trigger);
      }
    }
    this.#busy = null;
    this.app.redraw();
  }

  #send(event) {
    event.preventDefault();
    const text = event.target.elements.payload.value.trim();
    this.#fault = fault(text);
    if (this.#fault) {
      this.app.redraw();
      event.target.elements.payload.focus();
      return;
    }
    // As it was written: read and written again, its numbers might lose digits.
    this.#run("send", "POST", keyPath(this.key, "/send"), text === "" ? "{}" : `{"payload":${text}}`);
  }

  #extend(event) {
    event.preventDefault();
    this.#run("extend", "PATCH", keyPath(this.key), JSON.stringify({ timeout_secs: delayOf(event.target).seconds }));
  }

  async #cancel() {
    const sure = await confirm({
      title: "Cancel this wait?",
      text: `Whoever waits for ${this.key} is told that it was canceled. This can't be undone.`,
      verb: "Cancel the wait",
    });
    if (sure) {
      this.#run("cancel", "DELETE", keyPath(this.key));
    }
  }

  view(trigger) {
    const none = !may("events:send") && !may("events:register") && !may("events:cancel");
    return html`<section class="card actions">
      <h2>Act on it</h2>
      ${none ? html`<p class="quiet">Your key may look, and nothing else.</p>` : nothing}
      ${may("events:send") ? this.#sendForm(trigger) : nothing} ${may("events:register") ? this.#extendForm() : nothing}
      ${may("events:cancel")
        ? html`<div class="row">
              <button type="button" class="danger" ?disabled=${this.#busy} @click=${() => this.#cancel()}>Cancel the wait…</button>
            </div>
            ${this.#problemOf("cancel")}`
        : nothing}
    </section>`;
  }

  #sendForm(trigger) {
    const sample = "payload_schema" in trigger ? pretty(example(trigger.payload_schema)) : '{ "approved": true }';
    const typed = ({ target }) => {
      this.#text = target.value;
      this.#fault &&= fault(target.value);
      this.app.redraw();
    };
    return html`<form @submit=${(event) => this.#send(event)}>
      <label for="payload">Answer, as JSON</label>
      <textarea id="payload" name="payload" rows=${Math.min(14, sample.split("\n").length + 2)} spellcheck="false" autocapitalize="off"
        .value=${this.#text ?? sample} @input=${typed}
        aria-invalid=${this.#fault ? "true" : "false"} aria-describedby="payload-help"></textarea>
      ${payloadHelp("payload-help", this.#fault, "payload_schema" in trigger ? "It must satisfy the schema below." : "")}
      <button class="primary" ?disabled=${this.#busy}>${this.#busy === "send" ? "Sending…" : "Send"}</button>
      ${this.#problemOf("send")}
    </form>`;
  }

  #extendForm() {
    return html`<form class="row" @submit=${(event) => this.#extend(event)}>
      ${delayFields("delay", "Give it")}
      <button ?disabled=${this.#busy}>Move the deadline</button>
    </form>
    ${this.#problemOf("extend")}`;
  }

  #problemOf(name) {
    return this.#problem?.name === name ? problemBox(this.#problem.problem) : nothing;
  }
}

/** Something like what a schema asks for, to begin with. */
function example(schema) {
  if (schema === null || typeof schema !== "object") {
    return {};
  }
  const given = schema.default ?? schema.const ?? schema.enum?.[0] ?? schema.examples?.[0];
  if (given !== undefined) {
    return given;
  }
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "boolean":
      return true;
    case "string":
      return "";
    case "integer":
    case "number":
      return schema.minimum ?? 0;
    case "array":
      return [];
    case "null":
      return null;
    default:
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, example(part)]));
  }
}
