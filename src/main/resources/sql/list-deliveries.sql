-- A page of a key's deliveries, newest first. It grows past its size rather than to split one instant.
SELECT {d}
FROM webhook_delivery d
WHERE d.project_id = $1 AND left(d.event_key, 400) = left($2::text, 400) AND d.event_key = $2
  AND ($3::timestamptz IS NULL OR d.created_at < $3)
ORDER BY d.created_at DESC
FETCH FIRST ($4::bigint) ROWS WITH TIES
