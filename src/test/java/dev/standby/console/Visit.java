package dev.standby.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody who uses the console of a node, and notes whatever should never happen: an error in the
 * browser's console, a request to elsewhere, a script of somebody else that runs.
 */
final class Visit implements AutoCloseable {
  static final int DESK = 1440;
  static final int PHONE = 390;

  /** What a browser says of every answer that is no success, such as the 422 of a bad payload. */
  private static final String REFUSED =
      "Failed to load resource: the server responded with a status of 4";

  /** Where pictures of all pages go; null for nowhere. */
  static final String PICTURES = System.getProperty("standby.screenshots");

  private static final String AXE = axe();

  private static final String VIOLATIONS =
      ".violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.html + ' ' +"
          + " n.failureSummary).join(' | '))";

  private final String node;
  private final BrowserContext context;
  private final Page page;
  private final List<String> faults = new ArrayList<>();

  private Visit(String node, int width, ColorScheme scheme) {
    this.node = node;
    this.context =
        Chromium.get()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, height(width))
                    .setColorScheme(scheme)
                    // Colours that fade can't be measured.
                    .setReducedMotion(ReducedMotion.REDUCE)
                    .setLocale("en-GB")
                    .setTimezoneId("UTC"));
    context.setDefaultTimeout(10_000);
    this.page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (!message.type().equals("log") && !message.text().startsWith(REFUSED)) {
            faults.add(message.type() + ": " + message.text());
          }
        });
    page.onPageError(error -> faults.add("error: " + error));
    page.onDialog(
        dialog -> {
          faults.add("dialog: " + dialog.message());
          dialog.dismiss();
        });
    page.onRequest(
        request -> {
          if (!request.url().startsWith(node)) {
            faults.add("request: " + request.url());
          }
        });
  }

  /** A visit at a desk, by day. */
  static Visit to(String node) {
    return to(node, DESK, ColorScheme.LIGHT);
  }

  /** A visit with a screen of that width, in that theme. */
  static Visit to(String node, int width, ColorScheme scheme) {
    return new Visit(node, width, scheme);
  }

  /** Opens an address of the console, which is what comes after the #. */
  Visit open(String address) {
    page.navigate(node + "/#/" + address);
    return this;
  }

  /** Opens another page of the node. */
  Visit openPath(String path) {
    page.navigate(node + path);
    return this;
  }

  /** Enters an API key. */
  Visit logIn(String key) {
    field("API key").fill(key);
    button("Log in").click();
    return this;
  }

  Page page() {
    return page;
  }

  Locator heading(String text) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  Locator button(String text) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  Locator link(String text) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  Locator field(String label) {
    return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
  }

  /** The row of the table that has that text. */
  Locator row(String text) {
    return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
  }

  /** Waits until a text can be seen. */
  Visit sees(String text) {
    assertThat(page.getByText(text).first()).isVisible();
    return this;
  }

  /** Fails if axe-core finds anything, or if the page is wider than the screen. */
  Visit checkAccess() {
    loadAxe();
    Object violations = page.evaluate("async () => (await axe.run())" + VIOLATIONS);
    assertThat((List<?>) violations).as(page.url()).isEmpty();
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .as("the page fits the screen: " + page.url())
        .isEqualTo(true);
    return this;
  }

  /**
   * Checks the page as it is, by day and by night, at a desk and on a phone; takes a picture of
   * each if pictures are wanted.
   */
  Visit look(String name) {
    for (int width : new int[] {PHONE, DESK}) {
      for (ColorScheme scheme : new ColorScheme[] {ColorScheme.DARK, ColorScheme.LIGHT}) {
        boolean checked = (width == DESK) == (scheme == ColorScheme.LIGHT);
        if (checked || PICTURES != null) {
          as(width, scheme);
          checkAccess();
        }
        if (PICTURES != null) {
          page.screenshot(
              new Page.ScreenshotOptions()
                  .setFullPage(true)
                  .setPath(Path.of(PICTURES, "%s-%d-%s.png".formatted(name, width, scheme))));
        }
      }
    }
    return this;
  }

  private void as(int width, ColorScheme scheme) {
    page.setViewportSize(width, height(width));
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
    // What is drawn for a width or a theme is drawn in the frames that follow.
    page.evaluate(
        "() => new Promise(r => { scrollTo(0, 0); requestAnimationFrame(() => requestAnimationFrame(r)); })");
  }

  private static int height(int width) {
    return width == PHONE ? 844 : 900;
  }

  /** Past the policy of the page, which lets no script in but its own. */
  private void loadAxe() {
    if (page.evaluate("typeof axe").equals("undefined")) {
      JsonObject script = new JsonObject();
      script.addProperty("expression", AXE);
      CDPSession debugger = context.newCDPSession(page);
      debugger.send("Runtime.evaluate", script);
      debugger.detach();
    }
  }

  /** What should not have happened. */
  List<String> faults() {
    return faults;
  }

  /** Ends the visit, which must have been without faults. */
  @Override
  public void close() {
    context.close();
    assertThat(faults).isEmpty();
  }

  private static String axe() {
    try (InputStream in = Visit.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
