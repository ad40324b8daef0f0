-- A page of the events that are held, newest first. It grows past its size rather than to split one instant, and ends
-- with the instant with which it has more than $5 bytes of payloads.
SELECT {h}, h.bytes
FROM (
  SELECT h.*, sum(h.bytes) OVER (ORDER BY h.held_at DESC
           RANGE BETWEEN UNBOUNDED PRECEDING AND interval '1 microsecond' PRECEDING) AS before
  FROM (
    SELECT h.*, {bytes h.payload} AS bytes
    FROM held_event h
    WHERE ($1::text IS NULL OR h.project_id = $1) AND h.held_until > now()
      AND ($2::timestamptz IS NULL OR h.held_at < $2)
      AND ($4::text IS NULL OR starts_with(h.event_key, $4))
    ORDER BY h.held_at DESC
    FETCH FIRST ($3::bigint) ROWS WITH TIES
  ) h
) h
WHERE coalesce(h.before, 0) <= $5::bigint
ORDER BY h.held_at DESC
