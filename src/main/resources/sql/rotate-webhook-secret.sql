-- A new secret signs from now on; the others do as well for $3 seconds more at most.
WITH retired AS (
  UPDATE webhook_secret
  SET retired_at = now() + $3::bigint * interval '1 second'
  WHERE project_id = $1 AND (retired_at IS NULL OR retired_at > now() + $3::bigint * interval '1 second')
)
INSERT INTO webhook_secret (project_id, secret) VALUES ($1, $2::bytea)
