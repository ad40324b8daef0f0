-- What must have a table for itself waits a moment for it: everybody who comes meanwhile waits behind it. For longer than
-- deadlock_timeout, a second, after which PostgreSQL has an autovacuum make way that is at the table.
SET LOCAL lock_timeout = '2s';
