SELECT project_id, sum(waiting)::bigint FROM event_stats WHERE project_id = ANY ($1::text[]) GROUP BY project_id
