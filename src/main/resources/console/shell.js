// What is around every page: its head, the navigation, the project, the theme.
import { html, nothing } from "./lib/lit-html.js";
import { href } from "./router.js";
import { confined, guarded, may, recentProjects, session } from "./session.js";

const FEED = { live: "Live", offline: "Reconnecting…", connecting: "Connecting…", forbidden: "Not live" };

/** The pages of the navigation that these credentials can use. */
function entries() {
  const whole = !confined();
  const all = [
    ["overview", "Overview", may("events:read")],
    ["triggers", "Triggers", may("events:read")],
    ["prefix", "Prefix send", may("events:send") && may("events:read")],
    ["held", "Held events", may("events:read")],
    ["purge", "Purge", may("events:purge") && whole],
    ["keys", "API keys", may("admin") && whole],
    ["audit", "Audit log", may("admin") && whole],
  ];
  return all.filter(([, , allowed]) => allowed);
}

/** The whole page around a view. */
export function shell({ page, view, feed, logOut, pickProject }) {
  return html`<a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header class="bar">
      <a class="brand" href=${href("overview", { project: session.project })}>
        <img src="/console/icon.svg" alt="" width="28" height="28" /> Standby
      </a>
      <nav aria-label="Pages">
        ${entries().map(
          ([name, label]) => html`<a
            href=${href(name, { project: session.project })}
            aria-current=${name === page ? "page" : nothing}
            >${label}</a
          >`,
        )}
      </nav>
      <div class="side">
        ${guarded() ? html`<p class="project"><span class="quiet">Project</span> ${session.project}</p>` : picker(pickProject)}
        <p class="feed ${feed}" role="status">${FEED[feed]}</p>
        <label class="theme"
          >Theme
          <select @change=${chooseTheme}>
            ${["system", "light", "dark"].map(
              (theme) => html`<option value=${theme} ?selected=${theme === chosenTheme()}>${theme[0].toUpperCase() + theme.slice(1)}</option>`,
            )}
          </select>
        </label>
        <p class="links">
          <a href="/docs">API</a>
          ${guarded() ? html`<button type="button" class="link" @click=${logOut}>Log out</button>` : nothing}
        </p>
        ${confined() ? html`<p class="quiet">Keys under <code>${session.me.event_key_prefix}</code></p>` : nothing}
      </div>
    </header>
    <main id="main" tabindex="-1">${view}</main>`;
}

function picker(pickProject) {
  const pick = (event) => {
    event.preventDefault();
    const project = new FormData(event.currentTarget).get("project").trim();
    if (project) {
      pickProject(project);
    }
  };
  return html`<form class="project" @submit=${pick} @change=${pick}>
    <label for="project">Project</label>
    <input id="project" name="project" list="projects" maxlength="255" autocomplete="off" .value=${session.project} />
    <datalist id="projects">${recentProjects().map((project) => html`<option value=${project}></option>`)}</datalist>
  </form>`;
}

/** Fragments are addresses of pages here, so the link can't do it by itself. */
function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function chosenTheme() {
  return document.documentElement.dataset.theme ?? "system";
}

function chooseTheme({ currentTarget: { value } }) {
  if (value === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = value;
  }
  try {
    localStorage.setItem("standby.theme", value);
  } catch {
    // A browser that keeps nothing: for this page alone.
  }
  dispatchEvent(new Event("themechange"));
}
