-- Looks at a piece of what a project registered more than $2 days ago, going on after the row ($3, $4), and deletes
-- what of it became terminal as long ago. Rows that wait are passed over, so a piece is short however many there are.
WITH seen AS MATERIALIZED (
  SELECT requested_at, id FROM event_trigger
  WHERE project_id = $1 AND requested_at < now() - make_interval(days => $2) AND (requested_at, id) > ($3, $4)
  ORDER BY requested_at, id
  LIMIT $5
), old AS MATERIALIZED (
  SELECT t.requested_at, t.id FROM event_trigger t JOIN seen USING (requested_at, id)
  WHERE t.project_id = $1 AND t.status <> 'waiting' AND t.finished_at < now() - make_interval(days => $2)
  FOR UPDATE OF t SKIP LOCKED
), deleted AS (
  DELETE FROM event_trigger t USING old o
  WHERE t.project_id = $1 AND t.requested_at = o.requested_at AND t.id = o.id
  RETURNING t.*
), counted AS (
  {uncount $6}
)
SELECT s.requested_at, s.id, (SELECT count(*) FROM seen), (SELECT count(*) FROM deleted)
FROM seen s ORDER BY s.requested_at DESC, s.id DESC LIMIT 1
