// What waits, by other orders than the list's: which ends first, which began first.
import { get } from "./api.js";
import { instant } from "./rows.js";

/** How many are shown. */
export const SHOWN = 8;

const WINDOWS = [300, 3_600, 86_400, 10 * 366 * 86_400];
const STEPS = 40;

const ahead = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

/** What ends next: in the smallest span of time that has enough of it. */
export async function soonest() {
  let rows = [];
  for (const seconds of WINDOWS) {
    const page = await get("/v1/events", { status: "waiting", expires_before: ahead(seconds), limit: 1000 });
    rows = page.data;
    if (rows.length >= SHOWN) {
      break;
    }
  }
  return rows.sort((a, b) => (instant(a.expires_at) < instant(b.expires_at) ? -1 : 1)).slice(0, 4 * SHOWN);
}

/** What has waited longest. The list is newest first, so its end is looked for by halves. */
export async function oldest() {
  let page = await get("/v1/events", { status: "waiting", limit: 100 });
  let newest = Date.now();
  let before = 0;
  for (let step = 0; page.has_more && step < STEPS; step++) {
    const middle = Math.floor((newest + before) / 2);
    const cursor = new Date(middle).toISOString();
    const older = await get("/v1/events", { status: "waiting", limit: 100, cursor });
    if (older.data.length === 0) {
      before = middle;
    } else {
      page = older;
      newest = middle;
    }
    if (newest - before <= 1) {
      break;
    }
  }
  return page.data.reverse().slice(0, 4 * SHOWN);
}
