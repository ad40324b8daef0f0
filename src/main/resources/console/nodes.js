// The nodes of the cluster, and who is connected to each.
import { html, nothing } from "./lib/lit-html.js";
import { get } from "./api.js";
import { table } from "./listing.js";
import { problemBox, relative } from "./parts.js";
import { confined, may } from "./session.js";

/** A node is asked that often, in milliseconds. */
const PAUSE = 5000;

export class Nodes {
  #nodes = null;
  #problem = null;
  #timer = 0;
  #open = true;

  constructor(app) {
    this.app = app;
    if (Nodes.allowed()) {
      this.#look();
    }
  }

  /** Whether the credentials may see them. */
  static allowed() {
    return may("admin") && !confined();
  }

  close() {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  async #look() {
    try {
      if (!document.hidden) {
        // They are no project's.
        this.#nodes = (await get("/v1/nodes", { project_id: "" })).data;
        this.#problem = null;
      }
    } catch (problem) {
      this.#problem = problem;
    }
    if (this.#open) {
      this.#timer = setTimeout(() => this.#look(), PAUSE);
      this.app.redraw();
    }
  }

  view() {
    if (!Nodes.allowed()) {
      return nothing;
    }
    const columns = [
      ["Node", (node) => html`${node.host} <span class="quiet">${node.url}</span>${node.self ? html` <span class="tag">this one</span>` : nothing}`],
      ["State", (node) => (node.responding ? html`<span class="badge received">Responds</span>` : html`<span class="badge timed_out">Silent</span>`)],
      ["Streams", number("streams", "stream")],
      ["Long polls", number("polls", "poll")],
      ["Feeds", number("feeds", "feed")],
      ["Started", (node) => relative(node.started_at), true],
      ["Version", (node) => node.version, true],
    ];
    return html`<section class="nodes">
      <h2>Nodes</h2>
      ${this.#problem ? problemBox(this.#problem) : nothing}
      ${this.#nodes === null ? html`<p class="quiet">${this.#problem ? "" : "Loading…"}</p>` : table("Nodes of the cluster, and what is open on each", columns, this.#nodes)}
      <p class="quiet small">Who waits by a connection, of all projects. A node that has not answered within a second is silent.</p>
    </section>`;
  }
}

/** On a phone there are no heads of columns, so a number says what it counts. */
const number = (field, name) => ({ open }) =>
  open ? html`${open[field].toLocaleString()}<span class="narrow"> ${open[field] === 1 ? name : `${name}s`}</span>` : html`<span class="wide">–</span>`;
