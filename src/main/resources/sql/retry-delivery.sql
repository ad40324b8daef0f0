-- Makes a delivery due, and begins its day anew, unless it is due, or being tried.
WITH found AS MATERIALIZED (
  SELECT d.project_id, d.id, d.status = 'pending' AND d.next_at <= now() AS due,
         d.trying AND d.next_at > now() AS trying
  FROM webhook_delivery d
  WHERE d.project_id = $1 AND d.id = $2 AND d.event_key = $3
  FOR UPDATE
), renewed AS (
  UPDATE webhook_delivery d
  SET status = 'pending', trying = false, since = now(), next_at = now(), delivered_at = NULL
  FROM found f
  WHERE d.project_id = f.project_id AND d.id = f.id AND NOT f.due AND NOT f.trying
  RETURNING d.*
), {audit}audited AS (
  INSERT INTO audit (at, project_id, actor, action, event_key, trigger_id, address, request_id, detail)
  SELECT clock_timestamp(), project_id, $4::text, 'deliveries.retry', event_key, trigger_id, $5::text, $6::text,
         json_build_object('delivery_id', id)
  FROM renewed
), {/audit}told AS MATERIALIZED (
  -- Every parameter is named whether or not there is an audit log.
  SELECT $4::text, $5::text, $6::text
)
SELECT f.due, f.trying, {d}
FROM found f LEFT JOIN renewed d ON true LEFT JOIN told ON true
