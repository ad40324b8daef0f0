package dev.standby.cli;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Nobody reads the output any more, as in {@code … | head -1}. */
final class BrokenPipe extends UncheckedIOException {
  BrokenPipe(IOException cause) {
    super(cause);
  }
}
