-- Resolves every waiting trigger that sleeps not and whose key starts with a prefix, but no more than $5. Rows are locked in the
-- order in which batches lock theirs. What was registered since the transaction began ends at the instant of its
-- registration, not before.
WITH matched AS MATERIALIZED (
  SELECT t.project_id, t.requested_at, t.id
  FROM (SELECT DISTINCT s.project_id FROM event_stats s WHERE $1::text IS NULL OR s.project_id = $1) p
  JOIN event_trigger t ON t.project_id = p.project_id
  WHERE t.status = 'waiting' AND t.expires_at > now() AND t.trigger_type IS NULL
    AND left(t.event_key, 400) >= left($2::text, 400) AND ($3::text IS NULL OR left(t.event_key, 400) < $3)
    AND starts_with(t.event_key, $2)
  ORDER BY t.event_key, t.project_id
  LIMIT $5::bigint
  FOR UPDATE OF t
), finished AS (
  UPDATE event_trigger t
  SET status = 'received', response_payload = $4::text::json, finished_at = greatest(now(), t.requested_at),
      finished_by = $8::text
  FROM matched m
  WHERE t.project_id = m.project_id AND t.requested_at = m.requested_at AND t.id = m.id AND t.status = 'waiting'
  RETURNING t.*
), counted AS (
  {count finished $6}
), fed AS (
  -- In pieces: they may be a hundred thousand.
  {fed (SELECT project_id, status, requested_at, id, row_number() OVER () / 250 AS piece FROM finished) p}, piece
), notified AS (
  {notify finished}
), {audit}audited AS (
  INSERT INTO audit (at, project_id, actor, action, event_key, trigger_id, address, request_id)
  SELECT clock_timestamp() + (row_number() OVER () - 1) * interval '1 microsecond', project_id, finished_by,
         'events.send_prefix', event_key, id, $9::text, $10::text
  FROM finished
), {/audit}told AS MATERIALIZED (
  -- Every parameter is named whether or not there is an audit log.
  SELECT pg_notify('standby_ended', $7::text), $9::text, $10::text
)
SELECT {t} FROM finished t LEFT JOIN told ON true ORDER BY t.requested_at, t.id
