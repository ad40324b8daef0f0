-- What has changed, for the feeds: a row for each transaction, project and status, written by the statement that
-- makes the changes. The place is drawn when they are made, so that of two changes of one key the later has the
-- larger. A trigger's change is found by its primary key: requested_at and id at the same index.
CREATE SEQUENCE event_feed_place;
CREATE TABLE event_feed (
  project_id   text          COLLATE "C" NOT NULL,
  xid          xid8          NOT NULL DEFAULT pg_current_xact_id(),
  place        bigint        NOT NULL DEFAULT nextval('event_feed_place'),
  -- What the transaction saw as finished: where a reader that has much to read may pause.
  seen         pg_snapshot   NOT NULL DEFAULT pg_current_snapshot(),
  status       text          COLLATE "C" NOT NULL,
  requested_at timestamptz[] NOT NULL,
  ids          uuid[]        NOT NULL,
  PRIMARY KEY (project_id, xid, place)
-- Rows stay whole up to a page: no send pays for compressing what can't be compressed.
) WITH (toast_tuple_target = 8160);

-- Before which transaction all had ended, and when that was. What is older than the first may have been deleted.
CREATE TABLE event_feed_clock (
  horizon xid8        PRIMARY KEY DEFAULT pg_snapshot_xmin(pg_current_snapshot()),
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A snapshot with many open transactions as the one, of less, that ends at the first of them: readers' places stay short.
CREATE FUNCTION event_feed_short(s pg_snapshot) RETURNS pg_snapshot LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN (SELECT count(*) FROM pg_snapshot_xip(s)) <= 200 THEN s
              ELSE format('%1$s:%1$s:', pg_snapshot_xmin(s))::pg_snapshot END
$$;

-- Transactions are counted by each PostgreSQL cluster for itself. In another one, to which the database was brought
-- by dump and restore, rows and readers' places mean nothing: the log begins anew, with another name.
CREATE TABLE event_feed_origin (
  system_identifier bigint NOT NULL,
  name              text   NOT NULL
);
CREATE FUNCTION event_feed_begin() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  here bigint := (SELECT system_identifier FROM pg_control_system());
  begun text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('standby feed'));
  SELECT name INTO begun FROM event_feed_origin WHERE system_identifier = here;
  IF begun IS NULL THEN
    TRUNCATE event_feed, event_feed_clock, event_feed_origin;
    INSERT INTO event_feed_clock DEFAULT VALUES;
    INSERT INTO event_feed_origin VALUES (here, left(md5(gen_random_uuid()::text), 6)) RETURNING name INTO begun;
  END IF;
  RETURN begun;
END $$;
SELECT event_feed_begin();
