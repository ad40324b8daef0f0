// One trigger: what it waits for, what it got, and what can be done about it.
import { html, nothing } from "./lib/lit-html.js";
import { get, keyPath } from "./api.js";
import { Actions } from "./actions.js";
import { Callback } from "./callback.js";
import { curl } from "./curl.js";
import { Deliveries } from "./deliveries.js";
import { pretty } from "./json.js";
import { badge, code, copyButton, deadline, local, problemBox, relative } from "./parts.js";
import { href } from "./router.js";
import { instant } from "./rows.js";
import { may, session } from "./session.js";

const ACTORS = { anonymous: "somebody (this node asks nobody who they are)", callback: "whoever had the callback link", bus: "a member of the cluster" };

export class TriggerPage {
  #request = null;
  #again = false;

  constructor(app, params) {
    this.app = app;
    this.moved(params);
  }

  moved({ key, at }) {
    this.key = key ?? "";
    this.at = at;
    this.title = this.key;
    this.trigger = null;
    this.newest = true;
    this.problem = null;
    this.deliveries?.close();
    this.deliveries = new Deliveries(this.app, this.key);
    this.callback = new Callback(this.app, this.key);
    // Of the key that was shown before, something may still be on its way.
    const actions = new Actions(this.app, this.key, (trigger) => actions === this.actions && this.#take(trigger));
    this.actions = actions;
    this.#request?.abort();
    this.#request = null;
    this.load();
  }

  async load() {
    if (this.#request) {
      // What is on its way may be old already.
      this.#again = true;
      return;
    }
    this.#again = false;
    const request = (this.#request = new AbortController());
    try {
      const trigger = await get(keyPath(this.key), {}, request.signal);
      if (this.at && instant(trigger.requested_at) > instant(this.at)) {
        await this.#older(request.signal);
      } else {
        this.newest = true;
        this.#take(trigger);
      }
      this.problem = null;
    } catch (problem) {
      if (problem.name === "AbortError") {
        return;
      }
      this.problem = problem;
    }
    this.#request = null;
    this.app.redraw();
    if (this.#again) {
      this.load();
    }
  }

  /** The key's endpoint speaks of the newest; an older one is found in the list. */
  async #older(signal) {
    const after = new Date(Date.parse(this.at) + 1).toISOString();
    const page = await get("/v1/events", { event_key_prefix: this.key, cursor: after, limit: 1000 }, signal);
    this.newest = false;
    this.#take(page.data.find((trigger) => trigger.requested_at === this.at) ?? null);
    if (!this.trigger) {
      throw Object.assign(new Error("This trigger is not kept any more."), { code: "not_found", status: 404 });
    }
  }

  #take(trigger) {
    this.trigger = trigger;
    if (trigger?.notify_url && trigger.status !== "waiting") {
      this.deliveries.load(trigger);
    }
    this.app.redraw();
  }

  changed(triggers) {
    // What the feed says has lost its last digits; the trigger is read once more.
    if (triggers.some((trigger) => trigger.event_key === this.key)) {
      this.load();
    }
  }

  missed() {
    this.load();
  }

  close() {
    this.deliveries.close();
    this.#request?.abort();
  }

  view() {
    const { trigger } = this;
    return html`<div class="head">
        <p><a href=${href("triggers", { project: session.project })}>Triggers</a></p>
        <h1 tabindex="-1" class="key">${this.key}</h1>
        ${trigger
          ? html`<p class="state">
              ${badge(trigger.status)} ${trigger.status === "waiting" ? html`<span>ends ${deadline(trigger)}</span>` : deadline(trigger)}
              ${copyButton(this.key, "the event key")}
            </p>`
          : nothing}
      </div>
      ${this.problem ? problemBox(this.problem, () => this.load()) : nothing}
      ${!this.newest && trigger
        ? html`<div class="notice">
            <p>The key has been registered again since. <a href=${href("trigger", { project: session.project, key: this.key })}>Show the newest wait</a></p>
          </div>`
        : nothing}
      ${trigger ? this.#body(trigger) : this.problem ? nothing : html`<p class="quiet" role="status">Loading…</p>`}`;
  }

  #body(trigger) {
    return html`<div class="columns">
      <div>
        ${trigger.status === "waiting" && this.newest ? this.actions.view(trigger) : nothing}
        ${payload("The answer", trigger, "response_payload", trigger.status === "waiting" ? null : "It ended without a payload.")}
        ${payload("What is asked", trigger, "request_payload", "The waiter attached nothing.")}
        ${payload("What an answer must look like", trigger, "payload_schema", null)}
        ${payload("What it gets at its deadline", trigger, "timeout_payload", null)}
      </div>
      <div>
        ${timeline(trigger)} ${trigger.notify_url && trigger.status !== "waiting" ? this.deliveries.view(trigger) : nothing}
        ${trigger.status === "waiting" && this.newest && may("events:send") ? this.callback.view() : nothing}
        ${facts(trigger)} ${commands(trigger)}
      </div>
    </div>`;
  }
}

function payload(title, trigger, field, otherwise) {
  if (!(field in trigger)) {
    return otherwise ? html`<section class="card"><h2>${title}</h2><p class="quiet">${otherwise}</p></section>` : nothing;
  }
  return html`<section class="card"><h2>${title}</h2>${code(pretty(trigger[field]), title.toLowerCase())}</section>`;
}

function timeline(trigger) {
  const moment = (kind, name, at, more) => html`<li class=${kind}>
    <strong>${name}</strong> ${at ? html`<span class="quiet">${local(at)}</span>` : nothing} ${more ? html`<span class="who">${more}</span>` : nothing}
  </li>`;
  return html`<section class="card">
    <h2>Timeline</h2>
    <ol class="timeline">
      ${moment("done", "Registered", trigger.requested_at, relative(trigger.requested_at))}
      ${trigger.status === "waiting" ? moment("ahead", trigger.trigger_type === "sleep" ? "Wakes" : "Times out", trigger.expires_at, deadline(trigger)) : nothing}
      ${trigger.status === "received" ? moment("received", "Received", trigger.received_at, by(trigger.sent_by)) : nothing}
      ${trigger.status === "timed_out" ? moment("timed_out", "Timed out", trigger.finished_at, "nobody sent in time") : nothing}
      ${trigger.status === "canceled" ? moment("canceled", "Canceled", trigger.finished_at, by(trigger.canceled_by)) : nothing}
    </ol>
  </section>`;
}

function by(actor) {
  return actor ? html`by ${ACTORS[actor] ?? html`<code>${actor}</code>`}` : nothing;
}

function facts(trigger) {
  const list = (name, value) => html`<a href=${href("triggers", { project: session.project, [name]: value })}>${value}</a>`;
  const rows = [
    ["Project", trigger.project_id],
    ["Workflow run", trigger.workflow_run_id && list("run", trigger.workflow_run_id)],
    ["Workflow step run", trigger.workflow_step_run_id],
    ["Job run", trigger.job_run_id && list("job", trigger.job_run_id)],
    ["Deadline", local(trigger.expires_at)],
    ["Calls when it ends", trigger.notify_url],
    ["Sends on to", trigger.emit_key && html`<a href=${href("trigger", { project: session.project, key: trigger.emit_key })}>${trigger.emit_key}</a>`],
    ["Error", trigger.error],
    ["Id", html`<code>${trigger.id}</code>`],
  ];
  return html`<section class="card">
    <h2>Details</h2>
    <dl>${rows.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <p><a href=${href("triggers", { project: session.project, prefix: trigger.event_key })}>All waits of this key</a></p>
  </section>`;
}

function commands({ event_key: key, status }) {
  const lines = [["Look", curl("GET", keyPath(key))]];
  if (status === "waiting") {
    lines.push(["Wait for it", `${curl("GET", keyPath(key))} -H 'Prefer: wait=300'`]);
    if (may("events:send")) {
      lines.push(["Send", curl("POST", keyPath(key, "/send"), { body: '{"payload":{"approved":true}}' })]);
    }
    if (may("events:register")) {
      lines.push(["Extend", curl("PATCH", keyPath(key), { body: '{"timeout_secs":3600}' })]);
    }
    if (may("events:cancel")) {
      lines.push(["Cancel", curl("DELETE", keyPath(key))]);
    }
  }
  return html`<section class="card">
    <details>
      <summary><h2>From a shell</h2></summary>
      ${lines.map(([name, line]) => html`<h3>${name}</h3>${code(line, `the command: ${name.toLowerCase()}`)}`)}
    </details>
  </section>`;
}
