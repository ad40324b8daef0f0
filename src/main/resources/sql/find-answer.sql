-- What the request of an idempotency key has led to.
SELECT fingerprint, answer FROM idempotency
WHERE project_id = $1 AND key_hash = $2 AND created_at > now() - interval '24 hours'
