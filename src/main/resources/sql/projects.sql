-- A piece of the projects that there are, after $1.
SELECT DISTINCT project_id FROM event_stats WHERE project_id > $1 ORDER BY project_id LIMIT $2
