-- A page of the events that are held, newest first. It grows past its size rather than to split one instant.
SELECT {h}
FROM held_event h
WHERE ($1::text IS NULL OR h.project_id = $1) AND h.held_until > now()
  AND ($2::timestamptz IS NULL OR h.held_at < $2)
  AND ($4::text IS NULL OR starts_with(h.event_key, $4))
ORDER BY h.held_at DESC
FETCH FIRST ($3::bigint) ROWS WITH TIES
