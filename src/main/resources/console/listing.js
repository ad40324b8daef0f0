// A list that is read page by page, with all its states: being read, empty, broken, with more to come.
import { html, nothing } from "./lib/lit-html.js";
import { get } from "./api.js";
import { problemBox } from "./parts.js";

export class Listing {
  rows = null;
  #cursor = null;
  #problem = null;
  #busy = false;

  constructor(path, query, redraw) {
    Object.assign(this, { path, query, redraw });
    this.load();
  }

  /** Reads it from the beginning. */
  load() {
    this.#cursor = null;
    return this.#read([]);
  }

  async #read(before) {
    this.#busy = true;
    this.redraw();
    try {
      const page = await get(this.path, { ...this.query, limit: 50, cursor: this.#cursor });
      this.rows = [...before, ...page.data];
      this.#cursor = page.next_cursor ?? null;
      this.#problem = null;
    } catch (problem) {
      this.#problem = problem;
    }
    this.#busy = false;
    this.redraw();
  }

  /** @param table shows rows; @param empty is shown when there are none */
  view(table, empty) {
    return html`${this.#problem ? problemBox(this.#problem, () => this.load()) : nothing}
    ${this.rows === null
      ? html`<p class="quiet" role="status">${this.#problem ? "" : "Loading…"}</p>`
      : this.rows.length > 0
        ? table(this.rows)
        : empty}
    ${this.#cursor
      ? html`<p><button type="button" ?disabled=${this.#busy} @click=${() => this.#read(this.rows)}>Show older</button></p>`
      : nothing}`;
  }
}

/** A table; on a phone each row is a card. @param columns a name and what a row has there, and whether it is for wide screens */
export function table(caption, columns, rows) {
  const wide = (column) => (column[2] ? "wide" : "");
  return html`<table role="table">
    <caption class="hidden">${caption}</caption>
    <thead role="rowgroup">
      <tr role="row">${columns.map((column) => html`<th role="columnheader" scope="col" class=${wide(column)}>${column[0]}</th>`)}</tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) => html`<tr role="row">
          ${columns.map((column, i) =>
            i === 0
              ? html`<th role="rowheader" scope="row">${column[1](row)}</th>`
              : html`<td role="cell" class=${wide(column)}>${column[1](row)}</td>`,
          )}
        </tr>`,
      )}
    </tbody>
  </table>`;
}
