SELECT coalesce(sum(waiting), 0)::bigint, coalesce(sum(received), 0)::bigint,
       coalesce(sum(timed_out), 0)::bigint, coalesce(sum(canceled), 0)::bigint,
       coalesce(sum(wait_secs) / nullif(sum(received), 0), 0)::float8
FROM event_stats
WHERE $1::text IS NULL OR project_id = $1
