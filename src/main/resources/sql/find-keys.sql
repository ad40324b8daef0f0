-- A batch of API keys, each with the hash of its secret and whether it may still be used.
SELECT i.n, k.secret_hash, k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AS valid, {k}
FROM unnest($1::text[]) WITH ORDINALITY AS i (id, n)
JOIN api_key k ON k.id = i.id
