-- Registers a batch for keys that are locked, each received at once by the oldest event that is held for it. A key
-- for which none is left is free again; one for which all have expired is freed, and registers nothing here.
WITH item AS MATERIALIZED (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                       $8::text[], $9::int[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                       $17::text[], $18::text[], $19::text[])
    WITH ORDINALITY AS i (id, project_id, event_key, source_type, workflow_run_id, workflow_step_run_id,
                          job_run_id, request_payload, timeout_secs, actor, address, request_id, trigger_type,
                          payload_schema, timeout_payload, notify_url, emit_key, n)
), head AS MATERIALIZED (
  SELECT i.*, h.id AS held_id
  FROM item i
  JOIN LATERAL (
    SELECT id FROM held_event h
    WHERE h.project_id = i.project_id AND left(h.event_key, 400) = left(i.event_key, 400)
      AND h.event_key = i.event_key AND h.held_until > now()
    ORDER BY h.project_id, left(h.event_key, 400), h.place LIMIT 1
  ) h ON true
), taken AS (
  DELETE FROM held_event h USING head
  WHERE h.project_id = head.project_id AND h.id = head.held_id
  RETURNING head.*, h.payload, h.sent_by
), expired AS (
  DELETE FROM held_event h USING item i
  WHERE h.project_id = i.project_id AND left(h.event_key, 400) = left(i.event_key, 400)
    -- IS TRUE keeps it to the key's: else it may go through all that has expired, for each key.
    AND h.event_key = i.event_key AND (h.held_until <= now()) IS TRUE
), freed AS (
  DELETE FROM event_trigger s USING item i
  WHERE s.project_id = i.project_id AND left(s.event_key, 400) = left(i.event_key, 400)
    AND s.event_key = i.event_key AND s.status = 'holding'
    AND NOT EXISTS (
      SELECT FROM held_event h
      WHERE h.project_id = i.project_id AND left(h.event_key, 400) = left(i.event_key, 400)
        AND h.event_key = i.event_key AND (h.held_until > now()) IS TRUE
        AND (h.id IN (SELECT held_id FROM head)) IS NOT TRUE
    )
), finished AS (
  INSERT INTO event_trigger AS t
    (project_id, requested_at, id, event_key, source_type, workflow_run_id, workflow_step_run_id, job_run_id, status,
     request_payload, response_payload, timeout_secs, expires_at, finished_at, finished_by, trigger_type,
     payload_schema, timeout_payload, notify_url, emit_key)
  SELECT project_id, at, id, event_key, source_type, workflow_run_id, workflow_step_run_id, job_run_id, 'received',
         request_payload::json, payload, timeout_secs, at + timeout_secs * interval '1 second', at, sent_by,
         trigger_type, payload_schema::json, timeout_payload::json, notify_url, emit_key
  FROM (SELECT *, clock_timestamp() + (n - 1) * interval '1 microsecond' AS at FROM taken) i
  RETURNING t.*
), notified AS (
  {notify finished}
), counted AS (
  INSERT INTO event_stats AS s (project_id, shard, received)
  SELECT project_id, $10::smallint, count(*) FROM finished GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id, shard) DO UPDATE SET received = s.received + excluded.received
), fed AS (
  {fed finished}
), {audit}audited AS (
  INSERT INTO audit (at, project_id, actor, action, event_key, trigger_id, address, request_id)
  SELECT clock_timestamp() + (n - 1) * interval '1 microsecond', project_id, actor, 'events.register', event_key, id,
         address, request_id
  FROM head
), {/audit}told AS MATERIALIZED (
  SELECT pg_notify('standby_ended', $11::text)
)
SELECT {t} FROM finished t LEFT JOIN told ON true
