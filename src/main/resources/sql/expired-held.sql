-- Keys for which events are held that have expired, in the order in which batches lock them.
SELECT DISTINCT event_key, project_id
FROM (SELECT event_key, project_id FROM held_event WHERE held_until <= now() ORDER BY held_until LIMIT $1::bigint) h
ORDER BY event_key, project_id
