// Where a node that asks for keys is entered.
import { html, nothing } from "./lib/lit-html.js";
import { get } from "./api.js";
import { code, problemBox } from "./parts.js";
import { session, useKey } from "./session.js";

export class Login {
  title = "Log in";
  #problem = null;
  #busy = false;

  /** `entered` is called with who it is; `refused` says that a key was in use, which is not good any more. */
  constructor(app, refused, entered) {
    this.app = app;
    this.refused = refused;
    this.entered = entered;
  }

  async #enter(event) {
    event.preventDefault();
    const key = new FormData(event.target).get("key").trim();
    this.#busy = true;
    this.#problem = null;
    this.app.redraw();
    useKey(key);
    try {
      session.project = null;
      this.entered(await get("/v1/me"));
    } catch (problem) {
      useKey(null);
      this.refused = false;
      this.#problem = problem;
    }
    this.#busy = false;
    this.app.redraw();
  }

  view() {
    return html`<main class="login" id="main">
      <img src="/console/icon.svg" alt="" width="44" height="44" />
      <h1 tabindex="-1">Standby</h1>
      <p>This node asks for an API key. It stays in this tab and is forgotten when the tab closes.</p>
      ${this.refused
        ? html`<div class="notice bad" role="alert">
            <p>The key that was in use is not accepted any more: it was revoked, or it has expired.</p>
          </div>`
        : nothing}
      ${this.#problem?.status === 401
        ? html`<div class="notice bad" role="alert">
            <p>This key is not accepted. Check that all of it was copied; it begins with <code>sb_</code>.</p>
          </div>`
        : this.#problem
          ? problemBox(this.#problem)
          : nothing}
      <form @submit=${(event) => this.#enter(event)}>
        <label for="key">API key</label>
        <input id="key" name="key" type="password" required autocomplete="off" spellcheck="false" autofocus />
        <button class="primary" ?disabled=${this.#busy}>Log in</button>
      </form>
      <details>
        <summary>Where do I get a key?</summary>
        <p>From an administrator of the project. Whoever operates the node makes the first one:</p>
        ${code("java -jar standby.jar keys create --project shop --scope admin", "the command that makes a key")}
      </details>
    </main>`;
  }
}
