SELECT event_feed_begin()
