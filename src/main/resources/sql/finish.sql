-- Ends the waits of a batch of keys, each as its item says, but as timed_out what is past its deadline. An item
-- of status timed_out ends only what is, and one with an id only that trigger. One instant, the statement's, decides
-- and is written down, or that of the registration if it is later by a hair.
-- "Waiting" is said as the unique index says it, so that no index but a key's can be used: PostgreSQL takes one that
-- has all that waits in a project, as long as it knows little of the table.
-- A wait with a schema, or that sends on, is left to a transaction that sees to that ("whole"); but nothing need
-- be seen to when it is canceled, or has timed out.
-- A key without a project is looked for in all of them, and left alone where several have it.
WITH item AS MATERIALIZED (
  SELECT i.n, i.event_key, i.status, i.payload, i.id, i.actor, i.address, i.request_id, i.whole,
         {project of key} AS project_id
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $7::uuid[], $8::text[], $9::text[], $10::text[],
              $11::boolean[])
    WITH ORDINALITY AS i (project_id, event_key, status, payload, id, actor, address, request_id, whole, n)
  ORDER BY i.n
), finished AS (
  UPDATE event_trigger t
  SET status = CASE WHEN t.expires_at > now() THEN i.status
                    WHEN t.trigger_type = 'sleep' THEN 'received' ELSE 'timed_out' END,
      response_payload = CASE WHEN t.expires_at > now() THEN i.payload::json ELSE t.timeout_payload END,
      finished_at = greatest(now(), t.requested_at),
      finished_by = CASE WHEN t.expires_at > now() THEN i.actor END
  FROM item i
  WHERE t.project_id = i.project_id AND left(t.event_key, 400) = left(i.event_key, 400)
    AND t.event_key = i.event_key AND t.status IN ('waiting', 'holding') AND t.status <> 'holding'
    AND (i.status <> 'timed_out' OR t.expires_at <= now())
    AND (i.id IS NULL OR t.id = i.id)
    AND (i.whole IS TRUE OR (t.payload_schema IS NULL AND t.emit_key IS NULL)
         OR (i.status <> 'received' AND (t.emit_key IS NULL OR t.trigger_type IS NULL)))
  RETURNING i.n, i.address, i.request_id, t.*
), counted AS (
  {count finished $5}
), fed AS (
  {fed finished}
), notified AS (
  {notify finished}
), {audit}audited AS (
  INSERT INTO audit (at, project_id, actor, action, event_key, trigger_id, address, request_id)
  SELECT clock_timestamp() + (row_number() OVER () - 1) * interval '1 microsecond', project_id, finished_by,
         CASE status WHEN 'received' THEN 'events.send' ELSE 'events.cancel' END, event_key, id, address, request_id
  FROM finished WHERE status <> 'timed_out'
), {/audit}told AS MATERIALIZED (
  SELECT pg_notify('standby_ended', $6::text)
)
SELECT t.n, {t} FROM finished t LEFT JOIN told ON true
