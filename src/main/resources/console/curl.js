// The same actions as commands, to be pasted into a shell.
import { guarded, session } from "./session.js";
import { withQuery } from "./api.js";

/** As one word of a POSIX shell. */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A command that does what a request does. */
export function curl(method, path, { body } = {}) {
  const url = location.origin + withQuery(path, guarded() ? {} : { project_id: session.project });
  const words = ["curl", "-sS"];
  if (method !== "GET" && !(method === "POST" && body !== undefined)) {
    words.push("-X", method);
  }
  if (guarded()) {
    words.push('-H "Authorization: Bearer $STANDBY_API_KEY"');
  }
  words.push(quoted(url));
  if (body !== undefined) {
    words.push("--json", quoted(body));
  }
  return words.join(" ");
}
