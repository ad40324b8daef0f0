-- Deletes a piece of what is void, leaving to others what they are at.
DELETE FROM idempotency i
USING (
  SELECT project_id, key_hash FROM idempotency
  WHERE created_at <= now() - interval '24 hours'
  ORDER BY created_at LIMIT $1::bigint FOR UPDATE SKIP LOCKED
) v
WHERE i.project_id = v.project_id AND i.key_hash = v.key_hash
