-- The newest trigger of each of a batch of keys: the waiting one if there is one. A key without a project is
-- looked for in all of them; "several" says that more than one has it. Said so that no index but a key's can be
-- used, as in finish.sql.
WITH item AS MATERIALIZED (
  SELECT i.n, i.event_key, {project of key} AS project_id
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i (project_id, event_key, n)
)
SELECT i.n, i.project_id = '' AS several, t.status = 'waiting' AND t.expires_at <= now() AS due, {t}
FROM item i
LEFT JOIN LATERAL (
  (SELECT w.* FROM event_trigger w
   WHERE w.project_id = i.project_id AND left(w.event_key, 400) = left(i.event_key, 400)
     AND w.event_key = i.event_key AND w.status IN ('waiting', 'holding') AND w.status <> 'holding')
  UNION ALL
  (SELECT h.* FROM event_trigger h
   WHERE h.project_id = i.project_id AND left(h.event_key, 400) = left(i.event_key, 400)
     AND h.event_key = i.event_key AND h.status <> 'holding'
   ORDER BY left(h.event_key, 400), h.project_id, h.requested_at DESC LIMIT 1)
  LIMIT 1
) t ON true
WHERE t.id IS NOT NULL OR i.project_id = ''
