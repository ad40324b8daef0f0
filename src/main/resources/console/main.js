// Begins here: finds out who is there, shows the page of the address, and keeps it live.
import { html, render } from "./lib/lit-html.js";
import { get, onRefused } from "./api.js";
import { AuditPage } from "./audit.js";
import { HeldPage } from "./held.js";
import { KeysPage } from "./keys.js";
import { Feed } from "./live.js";
import { Login } from "./login.js";
import { OverviewPage } from "./overview.js";
import { problemBox } from "./parts.js";
import { PrefixPage } from "./prefix.js";
import { PurgePage } from "./purge.js";
import { current, go } from "./router.js";
import { chooseProject, may, recentProjects, session, useKey } from "./session.js";
import { shell } from "./shell.js";
import { TriggerPage } from "./trigger.js";
import { TriggersPage } from "./triggers.js";

const PAGES = {
  overview: OverviewPage,
  triggers: TriggersPage,
  trigger: TriggerPage,
  prefix: PrefixPage,
  held: HeldPage,
  purge: PurgePage,
  keys: KeysPage,
  audit: AuditPage,
};
const START = "overview";

const root = document.getElementById("app");
let shown = null;
let name = null;
let login = null;
let broken = null;
let feed = null;
let feedState = "connecting";
let drawing = false;

const app = { redraw, title };

/** Draws once before the next frame, however often it is asked. */
function redraw() {
  if (!drawing) {
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      draw();
    });
  }
}

function draw() {
  if (login) {
    title(login.title);
    render(login.view(), root);
  } else if (broken) {
    render(html`<main class="login" id="main"><h1>Standby</h1>${problemBox(broken, begin)}</main>`, root);
  } else if (shown) {
    render(shell({ page: name, view: shown.view(), feed: feedState, logOut, pickProject }), root);
  }
}

function title(text) {
  document.title = text ? `${text} · Standby` : "Standby";
}

async function begin() {
  const hadKey = session.key !== null;
  broken = null;
  try {
    enter(await get("/v1/me"));
  } catch (problem) {
    if (problem.status === 401) {
      askForKey(hadKey);
    } else {
      broken = problem;
      setTimeout(() => broken === problem && begin(), 2000);
    }
  }
  redraw();
}

function enter(me) {
  session.me = me;
  login = null;
  chooseProject(me.project_id ?? current().params.project ?? recentProjects()[0] ?? "default");
  show();
}

function askForKey(refused) {
  useKey(null);
  feed?.close();
  feed = null;
  leave();
  login ??= new Login(app, refused, enter);
  redraw();
}

function logOut() {
  askForKey(false);
}

function pickProject(project) {
  if (project !== session.project) {
    go(name in PAGES && name !== "trigger" ? name : START, { project });
  }
}

function leave() {
  shown?.close?.();
  // What it was about to do is not done without it.
  document.querySelector("dialog")?.close();
  shown = null;
  name = null;
}

/** Shows the page of the address. */
function show() {
  if (!session.me) {
    return;
  }
  const { page, params } = current();
  const wanted = page in PAGES ? page : START;
  const project = session.me.project_id ?? params.project ?? session.project;
  const moved = project !== session.project;
  if (moved) {
    chooseProject(project);
  }
  if (moved || !feed) {
    follow();
  }
  if (shown && name === wanted && !moved && shown.moved) {
    shown.moved(params);
  } else {
    const first = shown === null;
    leave();
    name = wanted;
    shown = new PAGES[wanted](app, params);
    requestAnimationFrame(() => requestAnimationFrame(showWhere));
    if (!first) {
      requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector("h1")?.focus()));
    }
  }
  title(shown.title);
  redraw();
}

/** On a phone the navigation is wider than the screen. */
function showWhere() {
  document.querySelector("nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
}

function follow() {
  feed?.close();
  feed = null;
  feedState = may("events:read") ? "connecting" : "forbidden";
  if (may("events:read")) {
    feed = new Feed(session.project, {
      changed: (triggers) => {
        shown?.changed?.(triggers);
        redraw();
      },
      missed: () => shown?.missed?.(),
      state: (state) => {
        if (state !== feedState) {
          feedState = state;
          redraw();
        }
      },
    });
  }
}

onRefused.call = () => session.me && askForKey(true);
addEventListener("hashchange", show);
addEventListener("resize", showWhere);
// Countdowns.
setInterval(() => !document.hidden && redraw(), 1000);
begin();
