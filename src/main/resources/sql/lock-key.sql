-- Whether nobody else is at the request of an idempotency key; nobody is from now on until the transaction ends.
SELECT pg_try_advisory_xact_lock($1)
