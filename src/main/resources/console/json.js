// JSON without losing a digit: a number that JavaScript would write otherwise is kept as it was written.

/** Reads JSON; numbers such as 1.50, or those that a double can't hold, come back as raw JSON. */
export function parse(text) {
  return JSON.parse(text, (name, value, context) =>
    typeof value === "number" && JSON.rawJSON && context?.source !== undefined && String(value) !== context.source
      ? JSON.rawJSON(context.source)
      : value,
  );
}

/** A number that was read, to reckon with. */
export const number = (value) => (typeof value === "number" ? value : Number(value.rawJSON));

/** Writes JSON for people. */
export function pretty(value) {
  return JSON.stringify(value, null, 2);
}

/** What is wrong with a text that should be JSON, or empty; null if nothing is. */
export function fault(text) {
  if (text.trim() === "") {
    return null;
  }
  try {
    JSON.parse(text);
    return null;
  } catch (e) {
    return e.message;
  }
}
