// Addresses are in the fragment: the server sees no event key, and the back button works.

/** The page and the parameters of the address. */
export function current() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { page: path || "overview", params: Object.fromEntries(new URLSearchParams(query)) };
}

/** An address; what is empty is left out. */
export function href(page, params = {}) {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return `#/${page}${entries.length ? `?${new URLSearchParams(entries)}` : ""}`;
}

/** Goes to an address; `replace` leaves no trace of this one. */
export function go(page, params, { replace = false } = {}) {
  const target = href(page, params);
  if (target === location.hash) {
    return;
  }
  if (replace) {
    history.replaceState(null, "", target);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = target;
  }
}
