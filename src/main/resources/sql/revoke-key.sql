-- Revokes an API key; one that is revoked stays as it is.
WITH revoked AS (
  UPDATE api_key k
  SET revoked_at = clock_timestamp()
  WHERE k.id = $1 AND ($2::text IS NULL OR k.project_id = $2) AND k.revoked_at IS NULL
  RETURNING k.*
), audited AS (
  INSERT INTO audit (at, project_id, actor, action, address, request_id, detail)
  SELECT clock_timestamp(), project_id, $3::text, 'keys.revoke', $4::text, $5::text, json_build_object('key_id', id)
  FROM revoked
)
SELECT {k} FROM revoked k
UNION ALL
SELECT {k} FROM api_key k
WHERE k.id = $1 AND ($2::text IS NULL OR k.project_id = $2) AND NOT EXISTS (SELECT FROM revoked)
