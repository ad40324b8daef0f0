-- Each wait that ends leaves a dead row, and dead entries in the indexes of what waits, which look-ups walk through:
-- PostgreSQL's default is to clear them away when they are a fifth of the table, which of many millions is too late.
ALTER TABLE event_trigger SET
  (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 1000);
-- Queues: what comes in goes out again.
ALTER TABLE webhook_delivery SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_limit = 1000);
ALTER TABLE held_event SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE event_feed SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE idempotency SET (autovacuum_vacuum_scale_factor = 0.05);
