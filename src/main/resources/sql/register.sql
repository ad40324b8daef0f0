-- Registers a batch; a key that waits already is left out of the answer. In order of the keys, so that two
-- nodes wait for each other in one order only. No two rows of a batch get the same instant.
-- It is the instant of the row, not of the statement, which may have waited for a key that was registered, and
-- ended, meanwhile: else the older of the two would count as the newest.
WITH item AS MATERIALIZED (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                       $8::text[], $9::int[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                       $16::text[], $17::text[], $18::text[], $19::text[])
    WITH ORDINALITY AS i (id, project_id, event_key, source_type, workflow_run_id, workflow_step_run_id,
                          job_run_id, request_payload, timeout_secs, actor, address, request_id, trigger_type,
                          payload_schema, timeout_payload, notify_url, emit_key, traceparent, n)
), inserted AS (
  INSERT INTO event_trigger AS t
    (project_id, requested_at, id, event_key, source_type, workflow_run_id, workflow_step_run_id, job_run_id,
     request_payload, timeout_secs, expires_at, trigger_type, payload_schema, timeout_payload, notify_url, emit_key,
     traceparent)
  SELECT project_id, at, id, event_key, source_type, workflow_run_id,
         workflow_step_run_id, job_run_id, request_payload::json, timeout_secs,
         at + timeout_secs * interval '1 second', trigger_type, payload_schema::json, timeout_payload::json,
         notify_url, emit_key, traceparent
  FROM (SELECT *, clock_timestamp() + (n - 1) * interval '1 microsecond' AS at FROM item ORDER BY n) i
  ON CONFLICT (project_id, left(event_key, 400),
               (CASE WHEN length(event_key) > 400 THEN md5(event_key) ELSE '' END))
    WHERE status = 'waiting' DO NOTHING
  RETURNING t.*
), counted AS (
  INSERT INTO event_stats AS s (project_id, shard, waiting)
  SELECT project_id, $10::smallint, count(*) FROM inserted GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id, shard) DO UPDATE SET waiting = s.waiting + excluded.waiting
), fed AS (
  {fed inserted}
){audit}, audited AS (
  INSERT INTO audit (at, project_id, actor, action, event_key, trigger_id, address, request_id)
  SELECT clock_timestamp() + (n - 1) * interval '1 microsecond', project_id, actor, 'events.register', event_key, id,
         address, request_id
  FROM item
  -- IS TRUE keeps it a look-up in a hash table: a join would be a loop in a loop here.
  WHERE (id IN (SELECT id FROM inserted)) IS TRUE
){/audit}
SELECT {t} FROM inserted t
