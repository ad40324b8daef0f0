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
  INSERT INTO event_stats AS s (project_id, shard, received, timed_out, canceled, wait_secs)
  SELECT project_id, $7::smallint, -count(*) FILTER (WHERE status = 'received'),
         -count(*) FILTER (WHERE status = 'timed_out'), -count(*) FILTER (WHERE status = 'canceled'),
         -coalesce(sum(extract(epoch FROM finished_at - requested_at)) FILTER (WHERE status = 'received'), 0)
  FROM deleted GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id, shard) DO UPDATE
  SET received = s.received + excluded.received, timed_out = s.timed_out + excluded.timed_out,
      canceled = s.canceled + excluded.canceled, wait_secs = s.wait_secs + excluded.wait_secs
)
SELECT t.project_id, t.requested_at, t.id FROM deleted t ORDER BY t.project_id, t.requested_at, t.id
