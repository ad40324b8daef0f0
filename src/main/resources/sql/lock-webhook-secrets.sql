-- Until the transaction ends nobody else makes a secret for the project.
SELECT pg_advisory_xact_lock(hashtext('standby webhook secret'), hashtext($1::text))
