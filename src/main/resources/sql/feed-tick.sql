-- Notes which transactions have ended by now, unless that was noted a minute ago; forgets the notes that are older than
-- $1 hours, but for the newest of them. Of the log, what is older than the first note may then be deleted.
WITH noted AS (
  INSERT INTO event_feed_clock (at)
  SELECT clock_timestamp()
  WHERE NOT EXISTS (SELECT FROM event_feed_clock WHERE at > clock_timestamp() - interval '1 minute')
  ON CONFLICT DO NOTHING
)
DELETE FROM event_feed_clock
WHERE horizon < (
  SELECT horizon FROM event_feed_clock WHERE at < clock_timestamp() - make_interval(hours => $1)
  ORDER BY horizon DESC LIMIT 1
)
