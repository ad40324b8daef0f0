-- What a registration may ask for besides. A type that is not there is "event".
ALTER TABLE event_trigger
  ADD COLUMN trigger_type    text COLLATE "C" CHECK (trigger_type = 'sleep'),
  ADD COLUMN payload_schema  json,
  ADD COLUMN timeout_payload json,
  ADD COLUMN notify_url      text,
  ADD COLUMN emit_key        text COLLATE "C";

CREATE INDEX event_trigger_list_job ON event_trigger (project_id, job_run_id, requested_at)
  WHERE job_run_id IS NOT NULL;
