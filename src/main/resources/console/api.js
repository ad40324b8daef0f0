// The public API, and nothing but it.
import { parse } from "./json.js";
import { session } from "./session.js";

/** What the API refused, as a problem (RFC 9457), or a node that could not be reached. */
class Problem extends Error {
  constructor(fields) {
    super(fields.detail);
    Object.assign(this, fields);
  }
}

/** Called when the credentials are refused. */
export const onRefused = { call: () => {} };

/** The path of an event key. */
export function keyPath(key, rest = "") {
  return `/v1/events/${encodeURIComponent(key)}${rest}`;
}

/** A path with a query; what is null, undefined or empty is left out. */
export function withQuery(path, query) {
  const entries = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`;
}

/** The headers of every request. */
export function headers(more = {}, key = session.key) {
  return key ? { Authorization: `Bearer ${key}`, ...more } : more;
}

/** Asks, and gives the JSON of the answer; throws a Problem. */
export async function ask(method, path, { query = {}, body, signal, as = session } = {}) {
  const { key, project } = as;
  const url = withQuery(path, { project_id: project, ...query });
  let response;
  let text;
  try {
    response = await fetch(url, {
      method,
      headers: headers(body === undefined ? {} : { "Content-Type": "application/json" }, key),
      body,
      signal,
    });
    text = await response.text();
  } catch (e) {
    if (e.name === "AbortError") {
      throw e;
    }
    throw new Problem({ status: 0, code: "unreachable", detail: "The node can't be reached." });
  }
  if (!response.ok) {
    const problem = problemOf(response, text);
    if (problem.status === 401 && key === session.key) {
      onRefused.call();
    }
    throw problem;
  }
  return parse(text);
}

/**
 * `ask` for the project that is shown now, and with the key of now, whatever is picked later: for what changes something
 * and takes more than one request, or a question before it.
 */
export function askHere() {
  const as = { key: session.key, project: session.project };
  return (method, path, options) => ask(method, path, { ...options, as });
}

export const get = (path, query, signal) => ask("GET", path, { query, signal });

function problemOf(response, text) {
  try {
    return new Problem({ ...JSON.parse(text), retryAfter: response.headers.get("Retry-After") });
  } catch {
    return new Problem({ status: response.status, code: "unknown", detail: `The answer was ${response.status}.` });
  }
}

/** What somebody can do about a problem. */
export function advice(problem) {
  switch (problem.code) {
    case "unreachable":
      return "See whether it runs and whether your network reaches it. The console goes on by itself once it does.";
    case "forbidden":
      return "Ask an administrator of the project for a key that allows this, and log in with it.";
    case "not_found":
      return "Check the event key and the project, upper and lower case included.";
    case "conflict":
      return "Somebody was quicker. The page shows what it has become.";
    case "rate_limited":
    case "unavailable":
      return problem.retryAfter ? `Try again in ${problem.retryAfter} s.` : "Try again in a moment.";
    case "internal_error":
      return "The node's log says more, under the request id.";
    default:
      return "";
  }
}
