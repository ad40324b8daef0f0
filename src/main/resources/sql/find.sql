-- One trigger, by its primary key.
SELECT {t} FROM event_trigger t WHERE t.project_id = $1 AND t.requested_at = $2 AND t.id = $3
