-- A page of a project, newest first. It grows past its size rather than to split one instant, and ends with the instant
-- with which it has more than $11 bytes of payloads.
SELECT {t}, t.bytes
FROM (
  SELECT t.*, sum(t.bytes) OVER (ORDER BY t.requested_at DESC
           RANGE BETWEEN UNBOUNDED PRECEDING AND interval '1 microsecond' PRECEDING) AS before
  FROM (
    SELECT t.*, {bytes} AS bytes
    FROM event_trigger t
    WHERE t.project_id = $1 AND t.status <> 'holding'
      AND ($2::text IS NULL OR t.status = $2)
      AND ($3::text IS NULL OR t.workflow_run_id = $3)
      AND ($4::text IS NULL OR t.source_type = $4)
      AND ($5::timestamptz IS NULL OR t.requested_at < $5)
      AND ($7::text IS NULL OR starts_with(t.event_key, $7))
      AND ($8::text IS NULL OR t.job_run_id = $8)
      AND ($9::text IS NULL OR coalesce(t.trigger_type, 'event') = $9)
      AND ($10::timestamptz IS NULL OR t.expires_at < $10)
    ORDER BY t.requested_at DESC
    FETCH FIRST ($6::bigint) ROWS WITH TIES
  ) t
) t
WHERE coalesce(t.before, 0) <= $11::bigint
ORDER BY t.requested_at DESC
