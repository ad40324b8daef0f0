package dev.standby.bus;

/**
 * Asks the stream room for what follows in a feed. Whoever has got no answer asks for the same
 * again: nothing counts as told until it is asked for what comes after it.
 *
 * @param name what the feed is called between the rooms
 * @param after where the page ended that was told last
 */
public record FeedNext(String name, String after) {}
