-- Who ended the wait: the sender, or whoever canceled it.
ALTER TABLE event_trigger ADD COLUMN finished_by text;

CREATE TABLE api_key (
  id               text        COLLATE "C" PRIMARY KEY,
  project_id       text        COLLATE "C" NOT NULL,
  name             text,
  -- SHA-256. The secret is 256 random bits, so that nothing slower is needed against guessing.
  secret_hash      bytea       NOT NULL,
  scopes           text[]      NOT NULL,
  event_key_prefix text,
  created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  created_by       text        NOT NULL,
  expires_at       timestamptz,
  revoked_at       timestamptz
);
CREATE INDEX api_key_list ON api_key (project_id, created_at);

-- What callback links are signed with: the newest signs, and all that are not retired are accepted.
CREATE TABLE callback_secret (
  id         smallint    GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  secret     bytea       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  retired_at timestamptz
);

-- Who did what. A partition for each day (UTC), so that what is older than it must be kept goes without a DELETE,
-- which nobody may: not even the owner has the privilege, and a trigger stops a superuser as well.
CREATE SEQUENCE audit_id;
CREATE TABLE audit (
  at         timestamptz NOT NULL,
  id         bigint      NOT NULL DEFAULT nextval('audit_id'),
  project_id text        COLLATE "C" NOT NULL,
  actor      text        NOT NULL,
  action     text        NOT NULL,
  event_key  text,
  trigger_id uuid,
  address    text,
  request_id text,
  detail     json
) PARTITION BY RANGE (at);
CREATE INDEX audit_list ON audit (project_id, at);
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM CURRENT_USER;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- Makes the partitions of today and the three days to come. A table is made first and attached then, which waits for
-- nobody who reads or writes.
CREATE FUNCTION audit_prepare() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
  name text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('standby audit'));
  FOR day IN 0..3 LOOP
    name := 'audit_' || to_char(today + day, 'YYYYMMDD');
    IF to_regclass(quote_ident(name)) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE audit INCLUDING DEFAULTS)', name);
      EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER', name);
      EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I'
                     ' FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', name);
      EXECUTE format('ALTER TABLE audit ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
                     (today + day)::timestamp AT TIME ZONE 'UTC', (today + day + 1)::timestamp AT TIME ZONE 'UTC');
    END IF;
  END LOOP;
END $$;

-- Drops the partitions of the days that lie more than keep_days back; gives up when others hold the table for long.
CREATE FUNCTION audit_retain(keep_days integer) RETURNS integer LANGUAGE plpgsql SET lock_timeout = '1s' AS $$
DECLARE
  oldest text := 'audit_' || to_char((clock_timestamp() AT TIME ZONE 'UTC')::date - keep_days, 'YYYYMMDD');
  name text;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('standby audit'));
  FOR name IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit'::regclass AND c.relname COLLATE "C" < oldest
  LOOP
    EXECUTE format('DROP TABLE %I', name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

SELECT audit_prepare();
