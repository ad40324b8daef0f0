INSERT INTO event_stats AS s (project_id, shard, received, timed_out, canceled, wait_secs)
  SELECT project_id, {shard}::smallint, -count(*) FILTER (WHERE status = 'received'),
         -count(*) FILTER (WHERE status = 'timed_out'), -count(*) FILTER (WHERE status = 'canceled'),
         -coalesce(sum(extract(epoch FROM finished_at - requested_at)) FILTER (WHERE status = 'received'), 0)
  FROM deleted GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id, shard) DO UPDATE
  SET received = s.received + excluded.received, timed_out = s.timed_out + excluded.timed_out,
      canceled = s.canceled + excluded.canceled, wait_secs = s.wait_secs + excluded.wait_secs
