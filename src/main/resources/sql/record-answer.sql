-- Records what the request of an idempotency key, which is locked, has led to; in place of one that is void.
INSERT INTO idempotency AS i (project_id, key_hash, fingerprint, answer, created_at)
VALUES ($1, $2, $3, $4, clock_timestamp())
ON CONFLICT (project_id, key_hash) DO UPDATE
SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
WHERE i.created_at <= now() - interval '24 hours'
