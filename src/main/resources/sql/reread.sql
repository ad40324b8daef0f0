-- Of a batch of triggers, those whose status, or deadline where that is known, is no longer what it was. Of what there
-- is to tell no more than $6 bytes, and what exceeds them.
SELECT {t}
FROM (
  SELECT t.*, sum({bytes}) OVER (ORDER BY i.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[], $5::timestamptz[])
    WITH ORDINALITY AS i (project_id, requested_at, id, seen, deadline, n)
  JOIN event_trigger t ON t.project_id = i.project_id AND t.requested_at = i.requested_at AND t.id = i.id
  WHERE t.status <> i.seen OR t.expires_at <> i.deadline
) t
WHERE coalesce(t.before, 0) <= $6::bigint
