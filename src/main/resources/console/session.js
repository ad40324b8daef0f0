// Who uses the console, and which project they look at. The key lives as long as the tab.
const KEY = "standby.key";
const PROJECTS = "standby.projects";

export const session = {
  key: sessionStorage.getItem(KEY),
  /** What GET /v1/me says; null before it has said anything. */
  me: null,
  project: null,
};

/** Takes a key into use; null forgets it. */
export function useKey(key) {
  session.key = key;
  session.me = null;
  if (key) {
    sessionStorage.setItem(KEY, key);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

/** Whether the credentials allow something. */
export function may(scope) {
  return session.me?.scopes.includes(scope) ?? false;
}

/** Whether the credentials are for some event keys only. */
export function confined() {
  return session.me?.event_key_prefix !== undefined;
}

/** Whether the node asks for keys. */
export function guarded() {
  return session.me?.project_id !== undefined;
}

/** The projects that were looked at lately, newest first. */
export function recentProjects() {
  try {
    return JSON.parse(localStorage.getItem(PROJECTS)) ?? [];
  } catch {
    return [];
  }
}

/** Looks at a project. */
export function chooseProject(project) {
  session.project = project;
  try {
    const recent = [project, ...recentProjects().filter((other) => other !== project)].slice(0, 8);
    localStorage.setItem(PROJECTS, JSON.stringify(recent));
  } catch {
    // A browser that keeps nothing.
  }
}
