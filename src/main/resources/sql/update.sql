-- Moves the deadline of the trigger that waits for a key, unless it has passed.
WITH item AS MATERIALIZED (
  SELECT i.event_key, {project of key} AS project_id
  FROM (VALUES ($1::text, $2::text)) AS i (project_id, event_key)
), moved AS (
  UPDATE event_trigger t
  SET timeout_secs = $3::int, expires_at = now() + $3::int * interval '1 second'
  FROM item i
  WHERE t.project_id = i.project_id AND left(t.event_key, 400) = left(i.event_key, 400)
    AND t.event_key = i.event_key AND t.status IN ('waiting', 'holding') AND t.status <> 'holding'
    AND t.expires_at > now()
  RETURNING t.*
), fed AS (
  {fed moved}
), {audit}audited AS (
  INSERT INTO audit (at, project_id, actor, action, event_key, trigger_id, address, request_id)
  SELECT clock_timestamp(), project_id, $5::text, 'events.update', event_key, id, $6::text, $7::text
  FROM moved
), {/audit}told AS MATERIALIZED (
  -- Every parameter is named whether or not there is an audit log.
  SELECT pg_notify('standby_ended', $4::text), $5::text, $6::text, $7::text FROM moved
)
SELECT {t} FROM moved t LEFT JOIN told ON true
