/** PostgreSQL as operators run it: poolers, TLS, replicas, other versions, full disks. */
package dev.standby.postgres;
