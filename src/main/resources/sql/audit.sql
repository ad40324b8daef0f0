INSERT INTO audit (at, project_id, actor, action, event_key, trigger_id, address, request_id, detail)
VALUES (clock_timestamp(), $1, $2, $3, $4, $5, $6, $7, $8::text::json)
