-- Deletes a piece of the deliveries that have ended, and were tried last more than $1 days ago.
DELETE FROM webhook_delivery d
WHERE (d.project_id, d.id) IN (
  SELECT o.project_id, o.id FROM webhook_delivery o
  WHERE o.status <> 'pending' AND o.last_at < now() - make_interval(days => $1)
  ORDER BY o.last_at LIMIT $2::bigint
  FOR UPDATE SKIP LOCKED
)
