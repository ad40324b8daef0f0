-- Everything is ordered by bytes ("C"): the order is the same on every machine, and a prefix is a range.
CREATE TABLE event_trigger (
  project_id           text        COLLATE "C" NOT NULL,
  requested_at         timestamptz NOT NULL,
  id                   uuid        NOT NULL,
  event_key            text        COLLATE "C" NOT NULL,
  source_type          text        NOT NULL CHECK (source_type IN ('workflow_step', 'job_run')),
  workflow_run_id      text        COLLATE "C",
  workflow_step_run_id text,
  job_run_id           text,
  status               text        COLLATE "C" NOT NULL DEFAULT 'waiting'
                                   CHECK (status IN ('waiting', 'received', 'timed_out', 'canceled')),
  -- json, not jsonb: a payload reads back as it was sent, digit for digit, and costs no conversion.
  request_payload      json,
  response_payload     json,
  timeout_secs         integer     NOT NULL,
  expires_at           timestamptz NOT NULL,
  finished_at          timestamptz CHECK ((finished_at IS NULL) = (status = 'waiting')),
  -- Lists walk this newest first; it is also how a row is found again.
  PRIMARY KEY (project_id, requested_at, id)
);

-- One waiting trigger for a key. An index entry holds at most 2704 bytes, and a key of 512 characters beside
-- a project of 255 may be longer: so it holds the first 400 characters, and a digest for keys that go on.
CREATE UNIQUE INDEX event_trigger_waiting ON event_trigger
  (project_id, left(event_key, 400), (CASE WHEN length(event_key) > 400 THEN md5(event_key) ELSE '' END))
  WHERE status = 'waiting';

-- The newest trigger of a key, and which projects have it.
CREATE INDEX event_trigger_key ON event_trigger (left(event_key, 400), project_id, requested_at DESC);

-- What is due next.
CREATE INDEX event_trigger_due ON event_trigger (expires_at) WHERE status = 'waiting';

-- Lists with a filter. Only the rare ways to end have an entry, so that a send does not pay for it.
CREATE INDEX event_trigger_list_waiting ON event_trigger (project_id, requested_at) WHERE status = 'waiting';
CREATE INDEX event_trigger_list_unmet ON event_trigger (project_id, status, requested_at)
  WHERE status IN ('timed_out', 'canceled');
CREATE INDEX event_trigger_list_run ON event_trigger (project_id, workflow_run_id, requested_at)
  WHERE workflow_run_id IS NOT NULL;

-- Exact counts, kept in the transaction that changes them. A project's counts are the sum over its shards:
-- writers use different ones, so that none waits for another's commit.
CREATE TABLE event_stats (
  project_id text     COLLATE "C" NOT NULL,
  shard      smallint NOT NULL,
  waiting    bigint   NOT NULL DEFAULT 0,
  received   bigint   NOT NULL DEFAULT 0,
  timed_out  bigint   NOT NULL DEFAULT 0,
  canceled   bigint   NOT NULL DEFAULT 0,
  -- Seconds from registration to the event, over the received.
  wait_secs  numeric  NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, shard)
) WITH (fillfactor = 50);
