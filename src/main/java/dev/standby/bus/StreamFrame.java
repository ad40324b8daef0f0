package dev.standby.bus;

import dev.standby.trigger.EventTrigger;

/**
 * One frame of a stream; that of a terminal trigger is the last.
 *
 * @param streamId which of the streams at the address that it comes to
 * @param eventId what a reader that comes back tells us, to go on from here
 * @param trigger what it says
 */
public record StreamFrame(long streamId, String eventId, EventTrigger trigger) {}
