-- Writes down what has come of a batch of attempts, unless another has been made since. Pauses grow threefold: the
-- next attempt comes after twice the time since the first, at most four hours, less a random part of up to a half; and
-- not before the receiver wants it ($7, in seconds). The last one is made after a day.
WITH item AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::int[], $6::text[], $7::int[])
    AS i (project_id, id, attempt, outcome, status, error, pause)
  ORDER BY project_id, id
)
UPDATE webhook_delivery d
SET trying = false, last_status = i.status, last_error = i.error,
    status = CASE WHEN i.outcome <> 'again' THEN i.outcome
                  WHEN now() < d.since + interval '1 day' THEN 'pending' ELSE 'failed' END,
    delivered_at = CASE WHEN i.outcome = 'delivered' THEN now() END,
    next_at = CASE WHEN i.outcome = 'again' THEN least(
        d.since + interval '1 day',
        greatest(
          now() + i.pause * interval '1 second',
          now() + (0.5 + random() / 2)
                  * greatest(interval '5 seconds', least(interval '4 hours', 2 * (now() - d.since)))
        )) ELSE d.next_at END
FROM item i
WHERE d.project_id = i.project_id AND d.id = i.id AND d.attempts = i.attempt AND d.trying
