-- A page of API keys, newest first. It grows past its size rather than to split one instant.
SELECT {k}
FROM api_key k
WHERE ($1::text IS NULL OR k.project_id = $1) AND ($2::timestamptz IS NULL OR k.created_at < $2)
ORDER BY k.created_at DESC
FETCH FIRST ($3::bigint) ROWS WITH TIES
