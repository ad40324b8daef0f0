-- Holds a batch of events for keys that are locked, but no more than $9 for a key.
WITH item AS MATERIALIZED (
  SELECT i.*, row_number() OVER (PARTITION BY i.project_id, i.event_key ORDER BY i.n) + (
           SELECT count(*) FROM held_event h
           WHERE h.project_id = i.project_id AND left(h.event_key, 400) = left(i.event_key, 400)
             AND h.event_key = i.event_key AND h.held_until > now()
         ) AS place
  FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[])
    WITH ORDINALITY AS i (project_id, event_key, id, payload, hold_secs, actor, address, request_id, n)
), held AS (
  INSERT INTO held_event (project_id, id, event_key, payload, sent_by, held_at, held_until)
  SELECT project_id, id, event_key, payload::json, actor, at, at + hold_secs * interval '1 second'
  FROM (SELECT *, clock_timestamp() + (n - 1) * interval '1 microsecond' AS at FROM item ORDER BY n) i
  WHERE place <= $9::bigint
  RETURNING *
){audit}, audited AS (
  INSERT INTO audit (at, project_id, actor, action, event_key, address, request_id)
  SELECT clock_timestamp() + (n - 1) * interval '1 microsecond', project_id, actor, 'events.hold', event_key, address,
         request_id
  FROM item WHERE place <= $9::bigint
){/audit}
SELECT id, held_until FROM held
