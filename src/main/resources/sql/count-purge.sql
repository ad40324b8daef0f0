SELECT count(*)
FROM event_trigger
WHERE ($1::text IS NULL OR project_id = $1) AND status <> 'waiting'
  AND requested_at < now() - make_interval(days => $2) AND finished_at < now() - make_interval(days => $2)
