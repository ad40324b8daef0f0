INSERT INTO event_feed (project_id, status, requested_at, ids)
  SELECT project_id, status, array_agg(requested_at), array_agg(id)
  FROM (SELECT project_id, status, requested_at, id, row_number() OVER () - 1 AS nth FROM {rows}) r
  GROUP BY project_id, status, nth / 250
