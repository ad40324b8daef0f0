-- Creates an API key, unless it would be expired, or the project has $11 keys already.
WITH allowed AS MATERIALIZED (
  SELECT $7::timestamptz IS NULL OR $7 > clock_timestamp() AS lasting,
         (SELECT count(*) FROM api_key WHERE project_id = $2 AND revoked_at IS NULL) < $11::bigint AS room
), created AS (
  INSERT INTO api_key (id, project_id, name, secret_hash, scopes, event_key_prefix, expires_at, created_by)
  SELECT $1, $2, $3, $4, $5::text[], $6, $7, $8 FROM allowed WHERE lasting AND room
  RETURNING *
), audited AS (
  INSERT INTO audit (at, project_id, actor, action, address, request_id, detail)
  SELECT clock_timestamp(), project_id, created_by, 'keys.create', $9::text, $10::text, json_build_object('key_id', id)
  FROM created
)
SELECT a.lasting, a.room, {k} FROM allowed a LEFT JOIN created k ON true
