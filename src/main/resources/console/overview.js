// How things stand: counts, rates, what ends next and what has waited longest.
import { html, nothing } from "./lib/lit-html.js";
import { repeat } from "./lib/directives/repeat.js";
import { get } from "./api.js";
import { Bars } from "./charts.js";
import { number } from "./json.js";
import { deadline, problemBox, since, span } from "./parts.js";
import { History } from "./history.js";
import { href } from "./router.js";
import { Nodes } from "./nodes.js";
import { oldest, soonest, SHOWN } from "./waits.js";
import { confined, session } from "./session.js";
import { address } from "./triggers.js";

const COUNTS = [
  ["waiting", "Waiting"],
  ["received", "Received"],
  ["timed_out", "Timed out"],
  ["canceled", "Canceled"],
];
const ENDED = [
  ["Received", "received"],
  ["Timed out", "timed_out"],
  ["Canceled", "canceled"],
];
const minute = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
/** At most that often what the feed has told is asked for anew, in milliseconds. */
const STATS = 1000;
const LISTS = 3000;
/** How many of each way to end are looked at for the charts, besides what ends meanwhile. */
const PAST = 1000;

export class OverviewPage {
  title = "Overview";
  stats = null;
  problem = null;
  next = null;
  longest = null;
  #history = new History();
  #rates = new Bars("Ended a minute", ENDED, (at) => minute.format(at * 1000), true);
  #waits = new Bars("How long was waited", [["Received", "received"]], (i, narrow) => History.BUCKETS[i][narrow ? 2 : 1], false);
  /** Whether the history has all that has ended. */
  #whole = true;
  #nodes;
  #due = new Map();
  #open = true;

  constructor(app) {
    this.app = app;
    this.#nodes = new Nodes(app);
    this.missed();
    this.timer = setInterval(() => this.#chart(), 5000);
  }

  missed() {
    this.#soon("stats", STATS, () => this.#count());
    this.#soon("lists", LISTS, () => this.#lists());
    this.#soon("history", LISTS, () => this.#past());
  }

  changed(triggers) {
    this.#history.add(triggers);
    const gone = new Set(triggers.filter((t) => t.status !== "waiting").map((t) => t.id));
    this.next = this.next?.filter((t) => !gone.has(t.id)) ?? null;
    this.longest = this.longest?.filter((t) => !gone.has(t.id)) ?? null;
    this.#soon("stats", STATS, () => this.#count());
    this.#soon("lists", LISTS, () => this.#lists());
    this.#chart();
  }

  close() {
    this.#open = false;
    clearInterval(this.timer);
    this.#due.forEach(({ timer }) => clearTimeout(timer));
    this.#nodes.close();
    this.#rates.close();
    this.#waits.close();
  }

  /** Does something now, or once it has not been done for a while. */
  #soon(name, pause, task) {
    const due = this.#due.get(name) ?? { last: -Infinity, timer: 0, running: false };
    this.#due.set(name, due);
    if (due.timer) {
      return;
    }
    due.timer = setTimeout(
      async () => {
        try {
          await task();
          this.problem = null;
        } catch (problem) {
          this.problem = problem;
        }
        due.timer = 0;
        due.last = Date.now();
        if (this.#open) {
          this.app.redraw();
        }
      },
      Math.max(0, due.last + pause - Date.now()),
    );
  }

  async #count() {
    if (!confined()) {
      this.stats = await get("/v1/events/stats");
    }
  }

  /** Of each way to end those that were registered last: what waits would crowd them out. */
  async #past() {
    const counted = confined() ? null : (this.stats ?? (await get("/v1/events/stats")));
    const ways = ENDED.map(([, status]) => status).filter((status) => !counted || counted[`${status}_count`] > 0);
    const pages = await Promise.all(ways.map((status) => get("/v1/events", { status, limit: PAST })));
    pages.forEach((page) => this.#history.add(page.data));
    this.#whole = !pages.some((page) => page.has_more);
    this.#chart();
  }

  async #lists() {
    [this.next, this.longest] = await Promise.all([soonest(), oldest()]);
  }

  #chart() {
    if (this.#open) {
      const { minutes, ended } = this.#history.rates();
      this.#rates.update(minutes, ended);
      this.#waits.update(...this.#history.waits());
      this.app.redraw();
    }
  }

  view() {
    const { stats } = this;
    if (stats?.total_count === 0 && this.next?.length === 0) {
      return html`<div class="head"><h1 tabindex="-1">Overview</h1></div>
        <div class="empty">
          <h2>Nothing has waited here yet</h2>
          <p>As soon as something is registered in the project ${session.project}, it is counted here.</p>
          <p><a class="button" href=${href("triggers", { project: session.project })}>How to register the first wait</a></p>
        </div>
        ${this.#nodes.view()}`;
    }
    return html`<div class="head">
        <h1 tabindex="-1">Overview</h1>
        <p class="quiet">How the project ${session.project} stands.</p>
      </div>
      ${this.problem ? problemBox(this.problem, () => this.missed()) : nothing}
      ${confined() ? html`<div class="notice"><p>Counts are of the whole project; your key is for some event keys only.</p></div>` : this.#counts()}
      <div class="halves">
        ${this.#list("Ends next", this.next, "Nothing is about to end.", deadline)}
        ${this.#list("Has waited longest", this.longest, "Nothing waits.", (t) => since(t.requested_at))}
      </div>
      <div class="halves">
        <section class="card">
          <h2>Ended a minute</h2>
          ${this.#rates.view()}
          <p class="quiet small">The last hour${this.#whole ? nothing : `, from the ${PAST.toLocaleString()} newest triggers of each kind and whatever has ended since this page was opened`}.</p>
        </section>
        <section class="card">
          <h2>How long was waited</h2>
          ${this.#waits.view()}
          <p class="quiet small">Until an event was received${stats ? html`; on average ${span(number(stats.avg_wait_duration_secs))} over all time` : nothing}.</p>
        </section>
      </div>
      ${this.#nodes.view()}`;
  }

  #counts() {
    return html`<ul class="tiles" aria-label="Counts">
      ${COUNTS.map(
        ([status, name]) => html`<li>
          <a class="tile ${status}" href=${href("triggers", { project: session.project, status })}>
            <span class="swatch ${status}">${name}</span>
            <strong>${this.stats ? this.stats[`${status}_count`].toLocaleString() : "…"}</strong>
          </a>
        </li>`,
      )}
    </ul>`;
  }

  #list(title, triggers, otherwise, when) {
    return html`<section class="card">
      <h2>${title}</h2>
      ${triggers === null
        ? html`<p class="quiet">Loading…</p>`
        : triggers.length === 0
          ? html`<p class="quiet">${otherwise}</p>`
          : html`<ol class="list">
              ${repeat(
                triggers.slice(0, SHOWN),
                (t) => t.id,
                (t) => html`<li><a href=${address(t)}>${t.event_key}</a> ${when(t)}</li>`,
              )}
            </ol>`}
    </section>`;
  }
}
