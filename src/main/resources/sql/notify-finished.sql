INSERT INTO webhook_delivery (project_id, event_key, requested_at, trigger_id, url, origin, created_at, since, next_at)
  SELECT project_id, event_key, requested_at, id, notify_url, lower(substring(notify_url FROM '^[^/]*//[^/?]*')),
         finished_at, now(), now()
  FROM finished WHERE notify_url IS NOT NULL
