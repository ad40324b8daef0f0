-- The newest trigger of each of a batch of keys: the waiting one if there is one. A key without a project is
-- looked for in all of them; "several" says that more than one has it.
WITH item AS MATERIALIZED (
  SELECT i.n, i.event_key, coalesce(i.project_id, first.project_id) AS project_id,
         i.project_id IS NULL AND first.project_id IS DISTINCT FROM last.project_id AS several
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i (project_id, event_key, n)
  LEFT JOIN LATERAL (
    SELECT k.project_id FROM event_trigger k
    WHERE left(k.event_key, 400) = left(i.event_key, 400) AND k.event_key = i.event_key
    ORDER BY left(k.event_key, 400), k.project_id LIMIT 1
  ) first ON i.project_id IS NULL
  LEFT JOIN LATERAL (
    SELECT k.project_id FROM event_trigger k
    WHERE left(k.event_key, 400) = left(i.event_key, 400) AND k.event_key = i.event_key
    ORDER BY left(k.event_key, 400) DESC, k.project_id DESC LIMIT 1
  ) last ON i.project_id IS NULL
)
SELECT i.n, i.several, t.status = 'waiting' AND t.expires_at <= now() AS due, {t}
FROM item i
JOIN LATERAL (
  (SELECT w.* FROM event_trigger w
   WHERE w.project_id = i.project_id AND left(w.event_key, 400) = left(i.event_key, 400)
     AND w.event_key = i.event_key AND w.status = 'waiting')
  UNION ALL
  (SELECT h.* FROM event_trigger h
   WHERE h.project_id = i.project_id AND left(h.event_key, 400) = left(i.event_key, 400)
     AND h.event_key = i.event_key
   ORDER BY h.requested_at DESC LIMIT 1)
  LIMIT 1
) t ON true
