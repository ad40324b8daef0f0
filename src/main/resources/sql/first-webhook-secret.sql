INSERT INTO webhook_secret (project_id, secret)
SELECT $1, $2::bytea WHERE NOT EXISTS (SELECT FROM webhook_secret WHERE project_id = $1 AND retired_at IS NULL)
