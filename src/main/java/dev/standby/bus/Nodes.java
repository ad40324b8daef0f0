package dev.standby.bus;

import java.time.Instant;
import java.util.List;

/** What the nodes of a cluster tell about themselves. */
public final class Nodes {
  private Nodes() {}

  /**
   * Who is connected to a node and waits.
   *
   * @param streams streams of one trigger
   * @param polls requests that wait for one answer
   * @param feeds feeds of a project
   */
  public record Open(int streams, int polls, int feeds) {}

  /**
   * A node as it describes itself.
   *
   * @param host the name of its machine
   * @param url where it serves
   * @param version of its program
   * @param startedAt by its machine's clock
   */
  public record About(String host, String url, String version, Instant startedAt, Open open) {}

  /**
   * A node as another sees it.
   *
   * @param id its own as long as it runs
   * @param self whether it is the one that says so
   * @param responding whether it has answered in time
   * @param about what it has said; what it said last if it does not answer
   */
  public record Node(String id, boolean self, boolean responding, About about) {}

  /** The nodes of a cluster, in the order in which they were started. */
  public record All(List<Node> nodes) {
    /** Keeps its own copy of the list. */
    public All {
      nodes = List.copyOf(nodes);
    }
  }
}
