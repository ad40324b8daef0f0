-- Milliseconds until the next deadline; negative when it has passed, null when nothing waits.
SELECT (extract(epoch FROM min(expires_at) - clock_timestamp()) * 1000)::bigint
FROM event_trigger WHERE status = 'waiting'
