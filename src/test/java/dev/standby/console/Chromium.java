package dev.standby.console;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The browser of all these tests: the one that is installed, never one that is downloaded. */
final class Chromium {
  private static final Path PROGRAM =
      Path.of(System.getProperty("standby.chromium", "/usr/bin/chromium"));

  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private static Browser browser;

  private Chromium() {}

  /** Started by the first who asks; it ends with this process. */
  static synchronized Browser get() {
    if (browser == null) {
      checkInstalled();
      Map<String, String> environment = new HashMap<>(System.getenv());
      environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
      browser =
          Playwright.create(new Playwright.CreateOptions().setEnv(environment))
              .chromium()
              .launch(new BrowserType.LaunchOptions().setExecutablePath(PROGRAM).setArgs(FLAGS));
    }
    return browser;
  }

  /** Without it the tests are skipped, but never by a build server. */
  private static void checkInstalled() {
    boolean installed = Files.isExecutable(PROGRAM);
    String advice =
        "The console's tests need Chromium at "
            + PROGRAM
            + ": apt-get install chromium, or name another with -DargLine=-Dstandby.chromium=…";
    if (!installed && System.getenv("CI") != null) {
      throw new IllegalStateException(advice);
    }
    assumeTrue(installed, advice);
  }
}
