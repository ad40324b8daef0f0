package dev.standby.stream;

import dev.standby.bus.Bus;
import dev.standby.bus.Nodes;
import dev.standby.bus.StreamFrame;
import dev.standby.bus.StreamRequest;
import dev.standby.bus.Watchers;
import dev.standby.config.StreamConfig;
import dev.standby.tracing.Step;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.TriggerRef;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;

/**
 * The open streams of this node.
 *
 * <p>Not thread-safe: belongs to the stream verticle's context.
 */
final class Streams {
  private final Bus bus;
  private final Watchers watchers;
  private final StreamConfig config;
  private final Map<String, Stream> open = new HashMap<>();
  private final Map<String, Integer> openByProject = new HashMap<>();

  /** How many feeds there are, which count as streams. */
  private int feeds;

  /** How many of the open ones wait for one answer. */
  private int polls;

  Streams(Bus bus, Watchers watchers, StreamConfig config) {
    this.bus = bus;
    this.watchers = watchers;
    this.config = config;
  }

  /**
   * Opens a stream.
   *
   * @return false when its reader has seen the last frame; fails with a {@link Rejection} when
   *     there is nothing to stream or no room for it
   */
  Future<Boolean> open(StreamRequest request) {
    if (full()) {
      return Future.failedFuture(nodeFull());
    }
    Stream stream = new Stream(request);
    open.put(stream.name, stream);
    polls += request.poll() ? 1 : 0;
    return watchers
        .watch(new Command.Get(request.eventKey(), request.projectId()), stream::hear)
        .compose(stream::started)
        .onComplete(
            standing -> {
              if (standing.failed() || !standing.result()) {
                close(stream.name);
              }
            });
  }

  private boolean full() {
    return open.size() + feeds >= config.maxStreams();
  }

  private static Rejection nodeFull() {
    return Rejection.unavailable("This node has as many streams open as it may");
  }

  private static Rejection projectFull() {
    return Rejection.unavailable("This project has as many streams open as it may");
  }

  /**
   * Takes the room of a stream, for a project's feed.
   *
   * @throws Rejection if there is none
   */
  void take(String project) {
    if (full()) {
      throw nodeFull();
    }
    if (openByProject.getOrDefault(project, 0) >= config.maxStreamsPerProject()) {
      throw projectFull();
    }
    openByProject.merge(project, 1, Integer::sum);
    feeds++;
  }

  /** Gives it back. */
  void giveBack(String project) {
    feeds--;
    uncount(project);
  }

  private void uncount(String project) {
    openByProject.computeIfPresent(project, (p, count) -> count == 1 ? null : count - 1);
  }

  /** Closes the stream of that {@link #name}; harmless when it is closed. */
  void close(String name) {
    Stream stream = open.remove(name);
    if (stream != null) {
      polls -= stream.request.poll() ? 1 : 0;
      stream.close();
    }
  }

  /** How many there are. */
  Nodes.Open count() {
    return new Nodes.Open(open.size() - polls, polls, feeds);
  }

  /** What a stream is called between the rooms: where its frames go, and its number there. */
  private static String name(StreamRequest request) {
    return request.framesAddress() + "/" + request.streamId();
  }

  /** One reader. */
  private final class Stream {
    private final String name;
    private final StreamRequest request;
    private Watchers.Watch watch;
    private boolean closed;

    /** Whose stream it counts as; null until it counts. */
    private String project;

    /** The newest that is known and not told yet; null once the reader is being told everything. */
    private EventTrigger first;

    private boolean telling;

    Stream(StreamRequest request) {
      this.name = name(request);
      this.request = request;
    }

    void hear(EventTrigger trigger, String traceparent) {
      if (telling) {
        Step.within(traceparent, "push", () -> tell(trigger));
      } else {
        first = trigger;
      }
    }

    /** Tells what the reader has not seen of the trigger as it is; true if more may follow. */
    Future<Boolean> started(Watchers.Watch started) {
      watch = started;
      if (closed) {
        watch.close();
        return Future.succeededFuture(false);
      }
      project = first.projectId();
      if (openByProject.merge(project, 1, Integer::sum) > config.maxStreamsPerProject()) {
        return Future.failedFuture(projectFull());
      }
      TriggerRef seen = EventId.parse(request.lastEventId(), first.projectId());
      if (seen == null || seen.id().equals(first.id()) || seen.seen().terminal()) {
        return Future.succeededFuture(begin(seen));
      }
      // The trigger that the reader watched has ended meanwhile, and the key was registered anew.
      return bus.reread(seen)
          .map(
              missed -> {
                // The id is the client's to make up: it may name a trigger of another key.
                if (missed != null && missed.eventKey().equals(request.eventKey())) {
                  first = missed;
                }
                return begin(seen);
              });
    }

    private boolean begin(TriggerRef seen) {
      telling = true;
      EventTrigger newest = first;
      first = null;
      if (seen != null && seen.shows(newest)) {
        return !newest.status().terminal();
      }
      tell(newest);
      return true;
    }

    private void tell(EventTrigger trigger) {
      if (trigger.status().terminal()) {
        Streams.this.close(name);
      }
      bus.passLocally(
          request.framesAddress(),
          new StreamFrame(request.streamId(), EventId.of(trigger), trigger));
    }

    void close() {
      closed = true;
      if (project != null) {
        uncount(project);
      }
      if (watch != null) {
        watch.close();
      }
    }
  }
}
