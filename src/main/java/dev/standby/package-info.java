/** The node: {@link dev.standby.Standby} starts the rooms in order and stops them in reverse. */
package dev.standby;
