-- What requests with an idempotency key have led to, written in the transaction that carried them out. Void after 24
-- hours. Neither the key, which may be a secret, nor the answer can be read here.
CREATE TABLE idempotency (
  -- Whose key it is; empty for nobody's.
  project_id  text        COLLATE "C" NOT NULL,
  -- SHA-256.
  key_hash    bytea       NOT NULL,
  -- SHA-256 of what was asked for.
  fingerprint bytea       NOT NULL,
  -- Compressed, and encrypted with a key that is made from the client's.
  answer      bytea       NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (project_id, key_hash)
);
CREATE INDEX idempotency_void ON idempotency (created_at);
-- It is compressed already.
ALTER TABLE idempotency ALTER COLUMN answer SET STORAGE EXTERNAL;
