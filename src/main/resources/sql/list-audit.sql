-- A page of a project's audit log, newest first. It grows past its size rather than to split one instant.
SELECT a.at, a.id, a.project_id, a.actor, a.action, a.event_key, a.trigger_id, a.address, a.request_id, a.detail::text
FROM audit a
WHERE a.project_id = $1 AND ($2::timestamptz IS NULL OR a.at < $2)
ORDER BY a.at DESC
FETCH FIRST ($3::bigint) ROWS WITH TIES
