-- Deletes a piece of what became terminal more than $2 days before the transaction began, going on after the row
-- ($3, $4, $5). What another purge is deleting is left to it.
WITH old AS MATERIALIZED (
  SELECT project_id, requested_at, id
  FROM event_trigger
  WHERE ($1::text IS NULL OR project_id = $1) AND status <> 'waiting'
    AND requested_at < now() - make_interval(days => $2) AND finished_at < now() - make_interval(days => $2)
    AND (project_id, requested_at, id) > ($3::text, $4::timestamptz, $5::uuid)
  ORDER BY project_id, requested_at, id
  LIMIT $6::bigint
  FOR UPDATE SKIP LOCKED
), deleted AS (
  DELETE FROM event_trigger t
  USING old o
  WHERE t.project_id = o.project_id AND t.requested_at = o.requested_at AND t.id = o.id
  RETURNING t.*
), counted AS (
  {uncount $7}
)
SELECT t.project_id, t.requested_at, t.id FROM deleted t ORDER BY t.project_id, t.requested_at, t.id
