package dev.standby.bus;

import dev.standby.trigger.Command;

/**
 * Asks the stream room to open a feed. The reply, and that to each {@link Addresses#FEED_NEXT}, is
 * an {@code Outcome.FeedPage}.
 *
 * @param name what it is called between the rooms
 * @param filter which triggers' changes
 * @param after the id of the last change that the reader has seen; null for none
 */
public record FeedRequest(String name, Command.ListPage filter, String after) {}
