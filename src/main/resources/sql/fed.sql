INSERT INTO event_feed (project_id, status, requested_at, ids)
  SELECT project_id, status, array_agg(requested_at), array_agg(id) FROM {rows} GROUP BY project_id, status
