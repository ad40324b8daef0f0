-- Where the log ends now.
SELECT event_feed_short(pg_current_snapshot())::text
