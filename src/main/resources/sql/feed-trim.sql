-- Deletes a piece of what is older than the clock's first note. What another node is deleting is left to it.
WITH old AS MATERIALIZED (
  SELECT f.project_id, f.xid, f.place
  FROM (SELECT DISTINCT project_id FROM event_stats) p
  JOIN event_feed f ON f.project_id = p.project_id
  WHERE f.xid < (SELECT horizon FROM event_feed_clock ORDER BY horizon LIMIT 1)
  LIMIT $1::bigint
  FOR UPDATE OF f SKIP LOCKED
)
DELETE FROM event_feed f
USING old o
WHERE f.project_id = o.project_id AND f.xid = o.xid AND f.place = o.place
