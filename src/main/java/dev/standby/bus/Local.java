package dev.standby.bus;

/** What the rooms of a node say to each other, which needs no form outside of the process. */
record Local(Object body) {}
