CASE WHEN i.project_id IS NOT NULL THEN i.project_id ELSE (
    -- The key's first rows in the order of their projects: when they are all, the last of them has the last project.
    SELECT CASE WHEN min(k.project_id) <> CASE WHEN count(*) < 8 THEN max(k.project_id) ELSE (
             SELECT l.project_id FROM event_trigger l
             WHERE left(l.event_key, 400) = left(i.event_key, 400) AND l.event_key = i.event_key
               AND l.status <> 'holding'
             ORDER BY left(l.event_key, 400) DESC, l.project_id DESC LIMIT 1
           ) END THEN '' ELSE min(k.project_id) END
    FROM (
      SELECT f.project_id FROM event_trigger f
      WHERE left(f.event_key, 400) = left(i.event_key, 400) AND f.event_key = i.event_key AND f.status <> 'holding'
      ORDER BY left(f.event_key, 400), f.project_id LIMIT 8
    ) k
  ) END
