// A link by which somebody without a key may answer, and its QR code for a phone.
import { html, nothing } from "./lib/lit-html.js";
import QrCreator from "./lib/qr-creator.js";
import { ask, keyPath } from "./api.js";
import { code, problemBox } from "./parts.js";

export class Callback {
  #link = null;
  #problem = null;
  #picture = document.createElement("canvas");

  constructor(app, key) {
    this.app = app;
    this.key = key;
  }

  async #make() {
    try {
      this.#link = (await ask("POST", keyPath(this.key, "/callback"), { body: "{}" })).url;
      this.#problem = null;
      this.#picture.className = "qr";
      this.#picture.setAttribute("role", "img");
      this.#picture.setAttribute("aria-label", "The link as a QR code");
      QrCreator.render({ text: this.#link, radius: 0, ecLevel: "M", fill: "#000", background: "#fff", size: 196 }, this.#picture);
    } catch (problem) {
      this.#problem = problem;
    }
    this.app.redraw();
  }

  view() {
    return html`<section class="card">
      <h2>Ask somebody by a link</h2>
      <p class="quiet">Whoever has the link may answer, once, without a key: by mail, or from a phone.</p>
      ${this.#problem ? problemBox(this.#problem) : nothing}
      ${this.#link
        ? html`${code(this.#link, "the callback link")}
            <p><a href=${this.#link} target="_blank" rel="noopener noreferrer">Open the page</a></p>
            <div class="frame">${this.#picture}</div>`
        : html`<p><button type="button" @click=${() => this.#make()}>Make a link</button></p>`}
    </section>`;
  }
}
