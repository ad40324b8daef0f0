-- Deletes what has expired of the events that are held for a batch of keys, which are locked, and the one of id $3;
-- frees the keys for which none is left.
WITH item AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::text[]) AS i (project_id, event_key)
), gone AS (
  DELETE FROM held_event h USING item i
  WHERE h.project_id = i.project_id AND left(h.event_key, 400) = left(i.event_key, 400)
    -- IS TRUE keeps it to the keys': else it may go through all that has expired.
    AND h.event_key = i.event_key AND (h.held_until <= now() OR h.id = $3::uuid) IS TRUE
  RETURNING h.id
), freed AS (
  DELETE FROM event_trigger s USING item i
  WHERE s.project_id = i.project_id AND left(s.event_key, 400) = left(i.event_key, 400)
    AND s.event_key = i.event_key AND s.status = 'holding'
    AND NOT EXISTS (
      SELECT FROM held_event h
      WHERE h.project_id = i.project_id AND left(h.event_key, 400) = left(i.event_key, 400)
        AND h.event_key = i.event_key AND (h.held_until > now()) IS TRUE AND h.id IS DISTINCT FROM $3::uuid
    )
)
SELECT id FROM gone
