-- Ends a batch of what is due, leaving to others what they are at, and to a transaction of its own a sleep that sends on.
-- Of what there is to tell no more than $4 bytes, and what exceeds them; "found" tells whether there was more. A timeout
-- payload is told twice.
WITH due AS MATERIALIZED (
  SELECT t.project_id, t.requested_at, t.id, t.expires_at, {bytes} + {bytes t.timeout_payload} AS bytes
  FROM event_trigger t
  WHERE t.status = 'waiting' AND t.expires_at <= now() AND (t.emit_key IS NULL OR t.trigger_type IS NULL)
  ORDER BY t.expires_at
  LIMIT $1::bigint
  FOR UPDATE SKIP LOCKED
), fitting AS MATERIALIZED (
  SELECT project_id, requested_at, id
  FROM (SELECT *, sum(bytes) OVER (ORDER BY expires_at, id ROWS UNBOUNDED PRECEDING) - bytes AS before FROM due) d
  WHERE before <= $4::bigint
), finished AS (
  UPDATE event_trigger t
  SET status = CASE WHEN t.trigger_type = 'sleep' THEN 'received' ELSE 'timed_out' END,
      response_payload = t.timeout_payload, finished_at = now()
  FROM fitting d
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
SELECT {t}, (SELECT count(*) FROM due) AS found FROM finished t LEFT JOIN told ON true
