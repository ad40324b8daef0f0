-- One wait, unless it has ended or somebody else is at it; nobody is from now on until the transaction ends.
SELECT id FROM event_trigger
WHERE project_id = $1 AND requested_at = $2 AND id = $3 AND status = 'waiting'
FOR UPDATE SKIP LOCKED
