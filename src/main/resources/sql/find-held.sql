SELECT {h} FROM held_event h WHERE ($1::text IS NULL OR h.project_id = $1) AND h.id = $2 AND h.held_until > now()
