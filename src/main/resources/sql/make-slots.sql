-- Marks a batch of keys as ones for which events are held, unless they wait, or are marked.
INSERT INTO event_trigger (project_id, requested_at, id, event_key, source_type, status, timeout_secs, expires_at)
SELECT project_id, clock_timestamp(), gen_random_uuid(), event_key, 'job_run', 'holding', 0, 'infinity'
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i (project_id, event_key, n)
ORDER BY n
ON CONFLICT (project_id, left(event_key, 400),
             (CASE WHEN length(event_key) > 400 THEN md5(event_key) ELSE '' END))
  WHERE status IN ('waiting', 'holding') DO NOTHING
