-- A new secret signs from now on; the others are accepted for $2 seconds more at most.
WITH retired AS (
  UPDATE callback_secret
  SET retired_at = now() + $2::bigint * interval '1 second'
  WHERE retired_at IS NULL OR retired_at > now() + $2::bigint * interval '1 second'
)
INSERT INTO callback_secret (secret) VALUES ($1::bytea)
