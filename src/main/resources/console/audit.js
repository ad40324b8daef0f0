// Who did what to which trigger.
import { html } from "./lib/lit-html.js";
import { Listing, table } from "./listing.js";
import { local } from "./parts.js";
import { href } from "./router.js";
import { guarded, session } from "./session.js";

export class AuditPage {
  title = "Audit log";

  constructor(app) {
    this.list = new Listing("/v1/audit", {}, app.redraw);
  }

  view() {
    const columns = [
      ["Action", (e) => e.action],
      ["Event key", (e) => (e.event_key ? html`<a href=${href("trigger", { project: session.project, key: e.event_key })}>${e.event_key}</a>` : html`<span class="wide">–</span>`)],
      ["When", (e) => html`<time datetime=${e.at}>${local(e.at)}</time>`],
      ["Who", (e) => html`<code>${e.actor}</code>`],
      ["From", (e) => e.address ?? "–", true],
      ["Request", (e) => (e.request_id ? html`<code>${e.request_id}</code>` : "–"), true],
    ];
    return html`<div class="head">
        <h1 tabindex="-1">Audit log</h1>
        <p class="quiet">Who did what, newest first. Payloads and secrets are never in it.</p>
      </div>
      <p><button type="button" @click=${() => this.list.load()}>Read it again</button></p>
      ${this.list.view(
        (rows) => table("Audit log, newest first", columns, rows),
        html`<div class="empty">
          <h2>Nothing is recorded</h2>
          <p>${guarded() ? "Nobody has changed anything yet, or the audit log is switched off." : html`The log is kept by nodes that know who asks: start them with <code>STANDBY_AUTH=keys</code>.`}</p>
        </div>`,
      )}`;
  }
}
