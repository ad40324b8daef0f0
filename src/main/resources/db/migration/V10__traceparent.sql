-- The registration's trace (W3C Trace Context), to which what ends the wait is linked.
ALTER TABLE event_trigger ADD COLUMN traceparent text;
