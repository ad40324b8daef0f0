-- What is told to the notify_url of a trigger that has ended; written by the statement that ends it. The body is not
-- here: it is the trigger, which never changes again.
CREATE TABLE webhook_delivery (
  project_id   text        COLLATE "C" NOT NULL,
  id           uuid        NOT NULL DEFAULT gen_random_uuid(),
  event_key    text        COLLATE "C" NOT NULL,
  requested_at timestamptz NOT NULL,
  trigger_id   uuid        NOT NULL,
  url          text        NOT NULL,
  -- Scheme, host and port of the URL: who shares them shares the receiver's fate.
  origin       text        COLLATE "C" NOT NULL,
  status       text        COLLATE "C" NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  -- Whether a node is at it, until next_at at the latest.
  trying       boolean     NOT NULL DEFAULT false,
  attempts     integer     NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL,
  -- Since when it is tried: the pauses grow with the time since then, and after a day it is given up.
  since        timestamptz NOT NULL,
  next_at      timestamptz NOT NULL,
  last_at      timestamptz,
  last_status  integer,
  last_error   text,
  delivered_at timestamptz,
  PRIMARY KEY (project_id, id)
);
-- What is due, and what is due to one receiver: one that does not answer may have many, which nobody should have to
-- walk through to find another's.
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE status = 'pending';
CREATE INDEX webhook_delivery_queue ON webhook_delivery (project_id, origin, next_at) WHERE status = 'pending';
CREATE INDEX webhook_delivery_key ON webhook_delivery (project_id, left(event_key, 400), created_at);
CREATE INDEX webhook_delivery_old ON webhook_delivery (last_at) WHERE status <> 'pending';

-- What a project's deliveries are signed with: by all that are not retired, so that receivers may change over.
CREATE TABLE webhook_secret (
  project_id text        COLLATE "C" NOT NULL,
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  secret     bytea       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  retired_at timestamptz,
  PRIMARY KEY (project_id, id)
);
