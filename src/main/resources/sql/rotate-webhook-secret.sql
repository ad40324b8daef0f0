-- A new secret signs from now on; the others do as well for $3 seconds more at most. There is none if ten sign already,
-- all of which would go on: a delivery carries no more signatures.
WITH room AS MATERIALIZED (
  SELECT $3::bigint = 0 OR count(*) < 10 AS given FROM webhook_secret
  WHERE project_id = $1 AND (retired_at IS NULL OR retired_at > now())
), retired AS (
  UPDATE webhook_secret
  SET retired_at = now() + $3::bigint * interval '1 second'
  WHERE project_id = $1 AND (retired_at IS NULL OR retired_at > now() + $3::bigint * interval '1 second')
    AND (SELECT given FROM room)
)
INSERT INTO webhook_secret (project_id, secret) SELECT $1, $2::bytea FROM room WHERE given
