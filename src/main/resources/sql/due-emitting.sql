-- What sleeps, is due and sends on, leaving to others what they are at.
SELECT project_id, event_key, id, requested_at
FROM event_trigger
WHERE status = 'waiting' AND expires_at <= now() AND emit_key IS NOT NULL AND trigger_type = 'sleep'
ORDER BY expires_at
LIMIT $1::bigint
FOR UPDATE SKIP LOCKED
