-- Of a batch of triggers, those whose status, or deadline where that is known, is no longer what it was.
SELECT {t}
FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[], $5::timestamptz[])
  AS i (project_id, requested_at, id, seen, deadline)
JOIN event_trigger t ON t.project_id = i.project_id AND t.requested_at = i.requested_at AND t.id = i.id
WHERE t.status <> i.seen OR t.expires_at <> i.deadline
