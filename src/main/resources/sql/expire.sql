-- Ends a batch of what is due, leaving to others what they are at, and to a transaction of its own a sleep that sends on.
WITH due AS MATERIALIZED (
  SELECT project_id, requested_at, id
  FROM event_trigger
  WHERE status = 'waiting' AND expires_at <= now() AND (emit_key IS NULL OR trigger_type IS NULL)
  ORDER BY expires_at
  LIMIT $1::bigint
  FOR UPDATE SKIP LOCKED
), finished AS (
  UPDATE event_trigger t
  SET status = CASE WHEN t.trigger_type = 'sleep' THEN 'received' ELSE 'timed_out' END,
      response_payload = t.timeout_payload, finished_at = now()
  FROM due d
  WHERE t.project_id = d.project_id AND t.requested_at = d.requested_at AND t.id = d.id
  RETURNING t.*
), counted AS (
  {count finished $2}
), fed AS (
  {fed finished}
), notified AS (
  {notify finished}
), told AS MATERIALIZED (
  SELECT pg_notify('standby_ended', $3::text)
)
SELECT {t} FROM finished t LEFT JOIN told ON true
