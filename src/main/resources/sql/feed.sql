-- A piece of a project's log: the changes of the transactions that are over in one snapshot, $3, and were not in
-- an earlier one, $2, which come after place ($4, $5); in the order of their places. Without $3 it is the snapshot
-- of this statement, or, if there is much to read, one that a transaction in between had.
--
-- Nothing is lost and no key's changes change places. The snapshots that a server has given are a chain: each has
-- all the finished transactions of those before it. So what a reader is told in one piece and the next, and only
-- that, is over in the piece's snapshot, in whatever sequence it was committed. A transaction that changes a key
-- waits for the one before to be finished: no snapshot has it without that one, so it comes in a later piece or in
-- the same; and in the same it has the larger place, which it drew after the wait. What runs long delays only itself.
--
-- $3 comes from the client, who may have made it up: if it makes one piece of much of the log, which would be sorted
-- for each answer, it is passed over, and the piece begins anew, up to where one may end.
WITH endless AS MATERIALIZED (
  SELECT count(*) > 5000 AS endless
  FROM (
    SELECT
    FROM event_feed f
    WHERE $3::text IS NOT NULL AND f.project_id = $1 AND f.xid >= pg_snapshot_xmax($2::text::pg_snapshot)
      AND f.xid < pg_snapshot_xmax($3::text::pg_snapshot)
    LIMIT 5001
  ) f
), ahead AS MATERIALIZED (
  SELECT f.seen, f.xid, row_number() OVER w AS n, sum(cardinality(f.ids)) OVER w AS changes
  FROM event_feed f
  WHERE ($3::text IS NULL OR (SELECT endless FROM endless))
    AND f.project_id = $1 AND f.xid >= pg_snapshot_xmax($2::text::pg_snapshot)
  WINDOW w AS (ORDER BY f.xid, f.place)
  LIMIT 200
), cut AS MATERIALIZED (
  -- A transaction had its snapshot before it got its number; one that had the number already can't tell.
  SELECT seen
  FROM (SELECT event_feed_short(seen) AS seen, xid, n, changes FROM ahead WHERE xid >= pg_snapshot_xmax(seen)) a
  WHERE pg_snapshot_xmax(seen) > pg_snapshot_xmax($2::text::pg_snapshot)
    AND (SELECT max(n) = 200 OR max(changes) > 1000 FROM ahead)
  ORDER BY changes > 1000, CASE WHEN changes > 1000 THEN n ELSE -n END
  LIMIT 1
), bound AS MATERIALIZED (
  SELECT coalesce((SELECT seen FROM cut), $3::text::pg_snapshot,
                  CASE WHEN pg_snapshot_xmax(now) >= pg_snapshot_xmax($2::text::pg_snapshot) THEN now END,
                  $2::text::pg_snapshot) AS upto,
         $3::text IS NULL AND NOT EXISTS (SELECT FROM cut) AS newest,
         CASE WHEN EXISTS (SELECT FROM cut) THEN 0 ELSE $4::bigint END AS place,
         CASE WHEN EXISTS (SELECT FROM cut) THEN 0 ELSE $5::bigint END AS n,
         -- What was deleted is older than the clock's first; and what is newer than now was in another database.
         pg_snapshot_xmin($2::text::pg_snapshot) >= (SELECT horizon FROM event_feed_clock ORDER BY horizon LIMIT 1)
           AND pg_snapshot_xmax($2::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
           AND ($3::text IS NULL
                OR pg_snapshot_xmax($3::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())) AS known
  FROM event_feed_short(pg_current_snapshot()) AS now
), logged AS MATERIALIZED (
  SELECT f.place, f.status, f.requested_at, f.ids
  FROM event_feed f
  WHERE f.project_id = $1 AND f.xid >= pg_snapshot_xmax($2::text::pg_snapshot)
    AND f.xid < (SELECT pg_snapshot_xmax(upto) FROM bound WHERE known)
    AND pg_visible_in_snapshot(f.xid, (SELECT upto FROM bound)) AND f.place >= (SELECT place FROM bound)
  UNION ALL
  SELECT f.place, f.status, f.requested_at, f.ids
  FROM event_feed f
  WHERE f.project_id = $1 AND f.xid = ANY (ARRAY(SELECT pg_snapshot_xip($2::text::pg_snapshot)))
    AND (SELECT known FROM bound) AND pg_visible_in_snapshot(f.xid, (SELECT upto FROM bound))
    AND f.place >= (SELECT place FROM bound)
), piece AS MATERIALIZED (
  SELECT l.place, c.n, l.status, c.requested_at, c.id
  FROM logged l CROSS JOIN LATERAL unnest(l.requested_at, l.ids) WITH ORDINALITY AS c (requested_at, id, n)
  WHERE l.place > (SELECT place FROM bound) OR c.n > (SELECT n FROM bound)
  ORDER BY l.place, c.n
  LIMIT $6::bigint
), sized AS (
  SELECT p.place, p.n, p.status AS was, t.*, row_number() OVER w AS i,
         sum({bytes}) OVER w AS size
  FROM piece p
  -- The limit keeps it one look-up for each: there may be millions of triggers to join with.
  LEFT JOIN LATERAL (
    SELECT * FROM event_trigger t
    WHERE t.project_id = $1 AND t.requested_at = p.requested_at AND t.id = p.id
    LIMIT 1
  ) t ON true
  WINDOW w AS (ORDER BY p.place, p.n)
)
SELECT b.upto::text, b.newest, b.known, (SELECT count(*) FROM piece) AS count, t.place, t.n, t.was, {t}
FROM bound b LEFT JOIN sized t ON t.i = 1 OR t.size <= $7::bigint
ORDER BY t.place, t.n
