-- Those of a batch of keys for which events are held; until the transaction ends nobody else adds or takes one.
SELECT i.n
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i (project_id, event_key, n)
JOIN event_trigger s ON s.project_id = i.project_id AND left(s.event_key, 400) = left(i.event_key, 400)
  AND s.event_key = i.event_key AND s.status = 'holding'
ORDER BY i.n
FOR UPDATE OF s
