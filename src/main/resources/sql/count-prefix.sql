-- How many triggers a prefix send would resolve, and how many bytes their payloads take. $2 and $3 bound the keys from
-- below and, unless null, above.
SELECT count(*), coalesce(sum({bytes}), 0)
FROM (SELECT DISTINCT s.project_id FROM event_stats s WHERE $1::text IS NULL OR s.project_id = $1) p
JOIN event_trigger t ON t.project_id = p.project_id
WHERE t.status = 'waiting' AND t.expires_at > now() AND t.trigger_type IS NULL
  AND left(t.event_key, 400) >= left($2::text, 400) AND ($3::text IS NULL OR left(t.event_key, 400) < $3)
  AND starts_with(t.event_key, $2)
