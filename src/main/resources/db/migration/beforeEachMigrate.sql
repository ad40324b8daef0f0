-- What must have a table for itself waits a moment for it: everybody who comes meanwhile waits behind it.
SET LOCAL lock_timeout = '1s';
