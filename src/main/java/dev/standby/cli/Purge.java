package dev.standby.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

@Command(
    name = "purge",
    description = {
      "Deletes what ended long ago, and can't be brought back.",
      "Counts it first, and asks; what waits is never deleted."
    })
final class Purge extends ApiCommand {
  /** Past it the work is done in steps, so that something can be seen of it. */
  private static final long LITTLE = 10_000;

  private static final int OLDEST_DAYS = 36_500;

  /** Longer than a node gives a purge, which is an hour. */
  private static final int ANSWER_SECS = 3660;

  @Option(
      names = "--older-than-days",
      paramLabel = "DAYS",
      required = true,
      description = "What ended longer ago than that.")
  private int days;

  @Option(names = "--dry-run", description = "Only counts.")
  private boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask.")
  private boolean yes;

  Purge(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run(Node node) {
    String project = projectOf(node);
    Map<String, String> counted = purge(node, project, days, true);
    long found = number(counted, "would_delete");
    if (dryRun || found == 0) {
      return json() ? show(Json.object(counted)) : say(counted(found, project));
    }
    if (!yes && !confirmed(found, project)) {
      terminal.complain("Nothing has been deleted");
      return ExitCode.SOFTWARE;
    }
    long deleted = delete(node, project, found);
    return json()
        ? show(
            new JsonObject()
                .raw("deleted", deleted)
                .raw("dry_run", false)
                .raw("would_delete", deleted)
                .end())
        : say(deleted + " deleted");
  }

  private boolean confirmed(long found, String project) {
    String counted = counted(found, project);
    if (!terminal.canAsk()) {
      throw new Trouble(counted + "; to delete them where nobody can be asked, say --yes");
    }
    return terminal.ask(counted + ". Delete them? [y/N]").matches("(?i)y|yes");
  }

  private String counted(long found, String project) {
    return found
        + " waits"
        + (project == null ? "" : " of project '" + Harmless.text(project) + "'")
        + " ended more than "
        + days
        + " days ago";
  }

  private long delete(Node node, String project, long found) {
    long deleted = 0;
    try (ProgressBar progress = new ProgressBar(terminal, found)) {
      for (int age = found > LITTLE ? oldest(node, project) : days; ; age = younger(age)) {
        deleted += number(purge(node, project, age, false), "deleted");
        progress.at(deleted);
        if (age == days) {
          return deleted;
        }
      }
    }
  }

  /** The oldest step in which there is anything: steps are days, twice as many each time. */
  private int oldest(Node node, String project) {
    int span = 1;
    while (days + span <= OLDEST_DAYS
        && number(purge(node, project, days + span, true), "would_delete") > 0) {
      span *= 2;
    }
    return days + span / 2;
  }

  private int younger(int age) {
    return days + (age - days) / 2;
  }

  private static Map<String, String> purge(Node node, String project, int days, boolean dryRun) {
    String body =
        new JsonObject()
            .raw("older_than_days", days)
            .raw("dry_run", dryRun)
            .text("project_id", project)
            .end();
    Request request = Request.post("/v1/events/purge", body).within(ANSWER_SECS);
    return Json.fields(node.ask(request).body());
  }

  private static long number(Map<String, String> fields, String name) {
    return Long.parseLong(fields.get(name));
  }

  private int say(String result) {
    terminal.print(result);
    return ExitCode.OK;
  }
}
