// JSON without losing a digit: a number that JavaScript would round is kept as it was written.

/** Reads JSON; numbers that a double can't hold come back as raw JSON. */
export function parse(text) {
  return JSON.parse(text, (name, value, context) =>
    typeof value === "number" && JSON.rawJSON && context?.source !== undefined && !exact(value, context.source)
      ? JSON.rawJSON(context.source)
      : value,
  );
}

/** Writes JSON for people. */
export function pretty(value) {
  return JSON.stringify(value, null, 2);
}

/** What is wrong with a text that should be JSON; null if nothing is. */
export function fault(text) {
  try {
    JSON.parse(text);
    return null;
  } catch (e) {
    return e.message;
  }
}

function exact(value, source) {
  return String(value) === source || (Number.isSafeInteger(value) && /^-?\d+$/.test(source)) || short(source);
}

/** Fifteen digits survive a double, whatever they are written like. */
function short(source) {
  return source.replace(/[eE].*$/, "").replace(/\D/g, "").length <= 15 && !/[eE]/.test(source);
}
