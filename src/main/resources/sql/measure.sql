-- What meters show of all projects together: counts, of held events only up to a limit, as counting takes as long as
-- there are many; and for how many seconds the first has been due that is due.
SELECT s.waiting, s.received, s.timed_out, s.canceled,
       (SELECT count(*) FROM (SELECT FROM held_event LIMIT 100000) h),
       (SELECT coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(expires_at))), 0)::float8
        FROM event_trigger WHERE status = 'waiting'),
       (SELECT coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(next_at))), 0)::float8
        FROM webhook_delivery WHERE status = 'pending')
FROM (SELECT coalesce(sum(waiting), 0)::bigint AS waiting, coalesce(sum(received), 0)::bigint AS received,
             coalesce(sum(timed_out), 0)::bigint AS timed_out, coalesce(sum(canceled), 0)::bigint AS canceled
      FROM event_stats) s
