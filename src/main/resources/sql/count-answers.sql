SELECT project_id, count(*) FROM idempotency WHERE project_id = ANY ($1::text[]) GROUP BY project_id
