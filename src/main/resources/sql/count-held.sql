SELECT project_id, count(*) FROM held_event WHERE project_id = ANY ($1::text[]) GROUP BY project_id
