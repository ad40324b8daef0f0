// What waits and what has waited: a table that can be filtered, linked to, and that stays current.
import { html, nothing } from "./lib/lit-html.js";
import { live } from "./lib/directives/live.js";
import { repeat } from "./lib/directives/repeat.js";
import { keyPath } from "./api.js";
import { Bulk } from "./bulk.js";
import { curl } from "./curl.js";
import { badge, code, deadline, problemBox, relative, statusName } from "./parts.js";
import { go, href } from "./router.js";
import { Rows } from "./rows.js";
import { may, session } from "./session.js";

const WITHIN = [
  ["", "Any time"],
  ["300", "5 minutes"],
  ["3600", "1 hour"],
  ["86400", "1 day"],
  ["604800", "7 days"],
];
const FILTERS = ["status", "prefix", "within", "source", "type", "run", "job"];
const PAUSE = 250;

export class TriggersPage {
  title = "Triggers";
  #typing = 0;

  constructor(app, params) {
    this.app = app;
    this.bulk = new Bulk(app);
    this.moved(params);
  }

  /** The address has changed: other filters, or another page of them. */
  moved(params) {
    this.params = params;
    this.rows?.close();
    this.bulk.clear();
    const before = this.rows;
    this.rows = new Rows(filterOf(params), params.cursor, this.app.redraw);
    if (before?.loaded) {
      // Until the new ones are there, so that nothing jumps.
      Object.assign(this.rows, { rows: before.rows, more: before.more, cursor: before.cursor, loaded: true });
    }
    this.rows.load();
  }

  changed(triggers) {
    this.rows.apply(triggers);
    this.bulk.changed(triggers);
  }

  missed() {
    this.rows.load();
  }

  close() {
    clearTimeout(this.#typing);
    this.rows.close();
    this.bulk.close();
  }

  #filter(name, value) {
    const { cursor, ...kept } = this.params;
    go("triggers", { ...kept, project: session.project, [name]: value }, { replace: true });
  }

  #type(name, value) {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#filter(name, value), PAUSE);
  }

  view() {
    const { rows } = this;
    return html`<div class="head">
        <h1 tabindex="-1">Triggers</h1>
        <p class="quiet">Who waits for what, and until when.</p>
      </div>
      ${this.#filters()} ${rows.problem ? problemBox(rows.problem, () => rows.load()) : nothing}
      ${!rows.loaded
        ? html`<p class="quiet" role="status">${rows.problem ? "" : "Loading…"}</p>`
        : rows.rows.length > 0
          ? this.#table()
          : this.#empty()}
      ${this.#pager()}`;
  }

  #filters() {
    const { params } = this;
    const choice = (name, label, options) => html`<div class="field">
      <label for="f-${name}">${label}</label>
      <select id="f-${name}" @change=${(event) => this.#filter(name, event.target.value)}>
        ${options.map(
          ([value, text]) => html`<option value=${value} ?selected=${value === (params[name] ?? "")}>${text}</option>`,
        )}
      </select>
    </div>`;
    const text = (name, label, hint) => html`<div class="field">
      <label for="f-${name}">${label}</label>
      <input id="f-${name}" type="search" maxlength="512" spellcheck="false" autocomplete="off" placeholder=${hint}
        .value=${live(this.#typed(name))} @input=${(event) => this.#type(name, event.target.value)} />
    </div>`;
    return html`<form class="filters" role="search" aria-label="Filters" @submit=${(event) => event.preventDefault()}>
      ${choice("status", "Status", [["", "All"], ...["waiting", "received", "timed_out", "canceled"].map((s) => [s, statusName(s)])])}
      ${text("prefix", "Key begins with", "order:1001/")} ${choice("within", "Expires within", WITHIN)}
      <details ?open=${["source", "type", "run", "job"].some((name) => params[name])}>
        <summary>More filters</summary>
        <div class="filters">
          ${choice("source", "Source", [["", "All"], ["workflow_step", "Workflow step"], ["job_run", "Job run"]])}
          ${choice("type", "Type", [["", "All"], ["event", "Event"], ["sleep", "Sleep"]])} ${text("run", "Workflow run", "wr-7f3a")}
          ${text("job", "Job run", "jr-19")}
        </div>
      </details>
      ${this.#filtered() ? html`<a class="button" href=${href("triggers", { project: session.project })}>Clear filters</a>` : nothing}
    </form>`;
  }

  /** What stands in a field: what is being typed, else what the address says. */
  #typed(name) {
    const field = document.getElementById(`f-${name}`);
    return field && field === document.activeElement ? field.value : (this.params[name] ?? "");
  }

  #filtered() {
    return FILTERS.some((name) => this.params[name]);
  }

  #table() {
    const picks = Bulk.allowed();
    return html`${picks ? this.bulk.view(this.rows.rows) : nothing}<table role="table" class=${picks ? "picks" : ""} aria-busy=${this.rows.loading}>
      <caption class="hidden">Triggers of the project, newest first</caption>
      <thead role="rowgroup">
        <tr role="row">
          ${picks ? html`<th role="columnheader" scope="col"><span class="hidden">Select</span></th>` : nothing}
          <th role="columnheader" scope="col">Event key</th>
          <th role="columnheader" scope="col">Status</th>
          <th role="columnheader" scope="col">Ends</th>
          <th role="columnheader" scope="col" class="wide">Waiting</th>
          <th role="columnheader" scope="col" class="wide">Registered</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(
          this.rows.rows,
          (trigger) => trigger.id,
          (trigger) => html`<tr role="row" class=${this.rows.fresh(trigger) ? "fresh" : ""}>
            ${picks ? html`<td role="cell" class="pick">${this.#pick(trigger)}</td>` : nothing}
            <th role="rowheader" scope="row"><a href=${address(trigger)}>${trigger.event_key}</a></th>
            <td role="cell">${badge(trigger.status)}</td>
            <td role="cell">${deadline(trigger)}</td>
            <td role="cell" class="wide">${source(trigger)}</td>
            <td role="cell" class="wide">${relative(trigger.requested_at)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  /** The box that picks a row: arrows go from one to the next, with Shift they pick on the way. */
  #pick(trigger) {
    if (trigger.status !== "waiting") {
      return nothing;
    }
    const rows = this.rows.rows;
    const click = (event) => this.bulk.pick(trigger, event.target.checked, rows, event.shiftKey);
    const key = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const boxes = [...document.querySelectorAll(".pick input")];
      const next = step && boxes[boxes.indexOf(event.target) + step];
      if (next) {
        event.preventDefault();
        next.focus();
        if (event.shiftKey) {
          this.bulk.pick(trigger, true, rows);
          this.bulk.pick(rows.find((row) => row.id === next.value), true, rows);
        }
      }
    };
    return html`<input type="checkbox" value=${trigger.id} aria-label=${`Select ${trigger.event_key}`}
      .checked=${live(this.bulk.has(trigger))} @click=${click} @keydown=${key} />`;
  }

  #pager() {
    const { rows, params } = this;
    return rows.more || params.cursor
      ? html`<nav class="pager" aria-label="Pages of the list">
          ${params.cursor
            ? html`<a class="button" href=${href("triggers", { ...params, cursor: "" })}>Newest</a>
                <button type="button" @click=${() => history.back()}>Back</button>`
            : nothing}
          ${rows.more ? html`<a class="button" href=${href("triggers", { ...params, project: session.project, cursor: rows.cursor })}>Older</a>` : nothing}
        </nav>`
      : nothing;
  }

  #empty() {
    if (this.#filtered()) {
      return html`<div class="empty">
        <h2>Nothing matches</h2>
        <p>No trigger of the project is like that. The list fills by itself when one is.</p>
      </div>`;
    }
    const first = curl("POST", "/v1/events", { body: '{"event_key":"order:1001/approval","timeout_secs":3600}' });
    const then = curl("POST", keyPath("order:1001/approval", "/send"), { body: '{"payload":{"approved":true}}' });
    return html`<div class="empty">
      <h2>Nothing has waited here yet</h2>
      <p>A trigger is one durable wait for one event from outside. Register the first one, and it appears here:</p>
      ${code(first, "the command that registers a wait")}
      ${may("events:send") ? html`<p>Whoever knows the outcome sends it, and the waiter hears at once:</p>
            ${code(then, "the command that sends")}` : nothing}
      <p>All that there is to know stands in the <a href="/docs">API's reference</a>.</p>
    </div>`;
  }
}

/** The page of one trigger. */
export const address = (trigger) =>
  href("trigger", { project: session.project, key: trigger.event_key, at: trigger.requested_at });

/** Who waits. */
function source(trigger) {
  const run = trigger.workflow_run_id ?? trigger.job_run_id;
  const what = trigger.trigger_type === "sleep" ? "Sleep" : trigger.source_type === "job_run" ? "Job" : "Workflow";
  return run ? html`${what} <code>${run}</code>` : what;
}

function filterOf(params) {
  const within = Number(params.within);
  return {
    status: params.status,
    event_key_prefix: params.prefix,
    expires_before: within > 0 ? new Date(Date.now() + within * 1000).toISOString() : undefined,
    source_type: params.source,
    trigger_type: params.type,
    workflow_run_id: params.run,
    job_run_id: params.job,
  };
}
