package dev.standby.bus;

/**
 * Asks the stream room to open a stream. The reply, a {@code Boolean}, says whether there is one:
 * false when its reader has seen the last frame already.
 *
 * @param framesAddress where on this node its {@link StreamFrame}s go
 * @param streamId which of the streams at that address it is
 * @param eventKey the key to watch
 * @param projectId the project; null for whichever has the key
 * @param poll whether its reader waits for one answer
 * @param lastEventId the id of the last frame that the reader has seen; null for none
 */
public record StreamRequest(
    String framesAddress,
    long streamId,
    String eventKey,
    String projectId,
    boolean poll,
    String lastEventId) {}
