-- What a project's deliveries are signed with, the newest first.
SELECT secret, created_at, retired_at FROM webhook_secret
WHERE project_id = $1 AND (retired_at IS NULL OR retired_at > now())
ORDER BY id DESC LIMIT 10
