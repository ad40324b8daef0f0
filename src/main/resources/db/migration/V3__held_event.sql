-- Events that came before anybody waited for them, in the order in which they came.
CREATE TABLE held_event (
  project_id text        COLLATE "C" NOT NULL,
  id         uuid        NOT NULL,
  event_key  text        COLLATE "C" NOT NULL,
  place      bigint      GENERATED ALWAYS AS IDENTITY,
  payload    json,
  sent_by    text,
  held_at    timestamptz NOT NULL,
  held_until timestamptz NOT NULL,
  PRIMARY KEY (project_id, id)
);
CREATE INDEX held_event_queue ON held_event (project_id, left(event_key, 400), place);
CREATE INDEX held_event_list ON held_event (project_id, held_at);
CREATE INDEX held_event_due ON held_event (held_until);

-- A key for which events are held has a row of status "holding" where its waiting trigger would be: the unique index
-- that lets only one trigger wait lets either wait or hold, and so no registration can pass by an event, and no event
-- by a registration, however they race. The row is no trigger, and nobody is shown it.
ALTER TABLE event_trigger
  DROP CONSTRAINT event_trigger_status_check,
  DROP CONSTRAINT event_trigger_check,
  ADD CONSTRAINT event_trigger_status_check
    CHECK (status IN ('waiting', 'received', 'timed_out', 'canceled', 'holding')),
  ADD CONSTRAINT event_trigger_check CHECK ((finished_at IS NULL) = (status IN ('waiting', 'holding')));
DROP INDEX event_trigger_waiting;
CREATE UNIQUE INDEX event_trigger_waiting ON event_trigger
  (project_id, left(event_key, 400), (CASE WHEN length(event_key) > 400 THEN md5(event_key) ELSE '' END))
  WHERE status IN ('waiting', 'holding');
