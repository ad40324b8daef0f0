-- Takes up to $1 of the deliveries that are due, for $2 milliseconds: when the node is not heard of by then, others
-- may take them. Of an origin no more than $3, or what stands beside it in $4 and $5; of a project no more than $6,
-- less what stands beside it in $7 and $8. Of what there is to tell no more than $9 bytes, and what exceeds them. What is due to an origin in a project is a queue, and queues take turns.
-- They are those of the first that are due; when these are many, all that there are, each of which is looked at once,
-- however long it is.
WITH RECURSIVE first AS MATERIALIZED (
  SELECT d.project_id, d.origin FROM webhook_delivery d
  WHERE d.status = 'pending' AND d.next_at <= now()
  ORDER BY d.next_at LIMIT 200
), queue AS (
  (SELECT d.project_id, d.origin FROM webhook_delivery d
   WHERE d.status = 'pending' AND (SELECT count(*) FROM first) = 200
   ORDER BY d.project_id, d.origin LIMIT 1)
  UNION ALL
  SELECT n.project_id, n.origin
  FROM queue q
  CROSS JOIN LATERAL (
    SELECT d.project_id, d.origin FROM webhook_delivery d
    WHERE d.status = 'pending' AND (d.project_id, d.origin) > (q.project_id, q.origin)
    ORDER BY d.project_id, d.origin LIMIT 1
  ) n
), room AS MATERIALIZED (
  SELECT q.project_id, q.origin, coalesce(o.room, $3::int) AS of_origin, $6::int - coalesce(p.busy, 0) AS of_project
  FROM (SELECT project_id, origin FROM first UNION SELECT project_id, origin FROM queue) q
  LEFT JOIN unnest($4::text[], $5::int[]) AS o (origin, room) ON o.origin = q.origin
  LEFT JOIN unnest($7::text[], $8::int[]) AS p (project_id, busy) ON p.project_id = q.project_id
), due AS MATERIALIZED (
  SELECT r.project_id, r.origin, r.of_origin, r.of_project, d.id, d.next_at,
         row_number() OVER (PARTITION BY r.project_id, r.origin ORDER BY d.next_at) AS turn
  FROM room r
  CROSS JOIN LATERAL (
    SELECT d.id, d.next_at FROM webhook_delivery d
    WHERE d.status = 'pending' AND d.project_id = r.project_id AND d.origin = r.origin AND d.next_at <= now()
    ORDER BY d.project_id, d.origin, d.next_at
    LIMIT greatest(0, least(r.of_origin, r.of_project))
    FOR UPDATE SKIP LOCKED
  ) d
), chosen AS MATERIALIZED (
  SELECT project_id, id, turn, next_at
  FROM (
    SELECT *, row_number() OVER (PARTITION BY origin ORDER BY turn, next_at) AS at_origin,
           row_number() OVER (PARTITION BY project_id ORDER BY turn, next_at) AS in_project
    FROM due
  ) d
  WHERE at_origin <= of_origin AND in_project <= of_project
  ORDER BY turn, next_at
  LIMIT $1::bigint
), sized AS MATERIALIZED (
  SELECT c.project_id, c.id, c.turn, c.next_at, {bytes} AS bytes
  FROM chosen c
  JOIN webhook_delivery d ON d.project_id = c.project_id AND d.id = c.id
  LEFT JOIN event_trigger t
    ON t.project_id = d.project_id AND t.requested_at = d.requested_at AND t.id = d.trigger_id
), fitting AS MATERIALIZED (
  SELECT project_id, id, bytes
  FROM (SELECT *, sum(bytes) OVER (ORDER BY turn, next_at, id ROWS UNBOUNDED PRECEDING) - bytes AS before FROM sized) s
  WHERE before <= $9::bigint
), claimed AS (
  UPDATE webhook_delivery d
  SET trying = true, attempts = d.attempts + 1, last_at = now(), next_at = now() + $2::int * interval '1 millisecond'
  FROM fitting f
  WHERE d.project_id = f.project_id AND d.id = f.id
  RETURNING d.*, f.bytes
)
SELECT d.id, d.attempts, d.url, d.origin, d.last_at, d.created_at, d.project_id, d.bytes, {t}
FROM claimed d
LEFT JOIN event_trigger t ON t.project_id = d.project_id AND t.requested_at = d.requested_at AND t.id = d.trigger_id
