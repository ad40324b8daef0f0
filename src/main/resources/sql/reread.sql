-- Of a batch of triggers, those whose status is no longer what it was.
SELECT {t}
FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[]) AS i (project_id, requested_at, id, seen)
JOIN event_trigger t ON t.project_id = i.project_id AND t.requested_at = i.requested_at AND t.id = i.id
WHERE t.status <> i.seen
