package dev.standby.schema;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The standard's own schema, by which a schema is one; compiled once. */
final class MetaSchema {
  /** The only one that there is. */
  static final MetaSchema INSTANCE = new MetaSchema();

  private static final String FILE = "/json-schema-2020-12.json";

  private final Library library = new Library();
  private final Schema root;

  private MetaSchema() {
    Budget budget = new Budget(Long.MAX_VALUE);
    Compiler compiler = new Compiler(new Library(), library, null, budget);
    URI dialect = URI.create(Scan.DIALECT);
    compiler.compile(Json.elements(Json.parse(text(), PayloadSchema.MAX_DEPTH, budget)), dialect);
    root = library.schema(library.resource(dialect).root());
  }

  private static String text() {
    try (InputStream in = MetaSchema.class.getResourceAsStream(FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Can't read " + FILE, e);
    }
  }

  /** What may be referred to by its URI. */
  Library library() {
    return library;
  }

  /**
   * Fails unless that is a schema.
   *
   * @throws Refusal saying where it is none, and why
   */
  void check(Object json, Budget budget) {
    for (Evaluation.Found first : new Evaluation(budget, false, 1).faults(root, json)) {
      throw new Refusal(first.place(), first.message());
    }
  }
}
