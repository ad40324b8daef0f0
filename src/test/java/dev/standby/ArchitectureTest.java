package dev.standby;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/**
 * The rooms and who may use whom: {@code Standby → http, access, stream, timeout, webhook, metrics,
 * nodes, store → bus → trigger}; beside the bus stand {@code schema} and {@code tracing}, and
 * beside everything {@code cli}, which asks a node like any client.
 */
@AnalyzeClasses(packages = "dev.standby", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.standby";

  /**
   * Used by other applications; one whose constants the compiler copies to where they are used, and
   * one whose nested classes are; two that are to be wired in.
   */
  private static final Set<String> USED_UNSEEN =
      Set.of(
          "dev.standby.bus.EventTriggers",
          "dev.standby.bus.FeedReading",
          "dev.standby.bus.Registration",
          "dev.standby.bus.Addresses",
          "dev.standby.bus.Access",
          "dev.standby.bus.Nodes",
          "dev.standby.bus.Webhooks");

  @ArchTest
  static final ArchRule roomsShouldUseOnlyWhatIsBelowThem =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.standby..")
          .layer("node")
          .definedBy(ROOT)
          .layer("http")
          .definedBy("dev.standby.http..")
          .layer("access")
          .definedBy("dev.standby.access..")
          .layer("stream")
          .definedBy("dev.standby.stream..")
          .layer("timeout")
          .definedBy("dev.standby.timeout..")
          .layer("webhook")
          .definedBy("dev.standby.webhook..")
          .layer("metrics")
          .definedBy("dev.standby.metrics..")
          .layer("cli")
          .definedBy("dev.standby.cli..")
          .layer("nodes")
          .definedBy("dev.standby.nodes..")
          .layer("store")
          .definedBy("dev.standby.store..")
          .layer("schema")
          .definedBy("dev.standby.schema..")
          .layer("bus")
          .definedBy("dev.standby.bus..")
          .layer("tracing")
          .definedBy("dev.standby.tracing..")
          .layer("trigger")
          .definedBy("dev.standby.trigger..")
          .layer("config")
          .definedBy("dev.standby.config..")
          .whereLayer("node")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("access")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("stream")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("timeout")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("webhook")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("metrics")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("cli")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("cli")
          .mayNotAccessAnyLayer()
          .whereLayer("nodes")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("schema")
          .mayOnlyBeAccessedByLayers("store")
          .whereLayer("schema")
          .mayOnlyAccessLayers("trigger")
          .whereLayer("bus")
          .mayOnlyBeAccessedByLayers(
              "http", "access", "stream", "timeout", "webhook", "metrics", "nodes", "store", "node")
          .whereLayer("tracing")
          .mayOnlyBeAccessedByLayers("http", "stream", "store", "node")
          .whereLayer("tracing")
          .mayNotAccessAnyLayer()
          .whereLayer("trigger")
          .mayNotAccessAnyLayer()
          .whereLayer("config")
          .mayNotAccessAnyLayer()
          .ensureAllClassesAreContainedInArchitecture();

  @ArchTest
  static final ArchRule noRoomShouldUseAnotherInACircle =
      slices().matching("dev.standby.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theBusShouldNeedNoSettings =
      noClasses()
          .that()
          .resideInAPackage("dev.standby.bus..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.standby.config..");

  @ArchTest
  static final ArchRule theClientShouldCountNothing =
      noClasses()
          .that()
          .resideInAnyPackage("dev.standby.bus..", "dev.standby.trigger..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.micrometer..");

  @ArchTest
  static final ArchRule onlyTheMetricsRoomShouldKnowOfPrometheus =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.standby.metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micrometer.prometheusmetrics..", "io.prometheus..");

  @ArchTest
  static final ArchRule theDomainShouldBePlainJava =
      classes()
          .that()
          .resideInAPackage("dev.standby.trigger..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "dev.standby.trigger..");

  @ArchTest
  static final ArchRule onlyTheStoreShouldSpeakToPostgres =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.standby.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx.pgclient..",
              "io.vertx.sqlclient..",
              "java.sql..",
              "javax.sql..",
              "org.postgresql..",
              "org.flywaydb..",
              "io.zonky..");

  @ArchTest
  static final ArchRule onlyTheBusShouldTouchTheEventBus =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.standby.http..",
              "dev.standby.access..",
              "dev.standby.stream..",
              "dev.standby.timeout..",
              "dev.standby.webhook..",
              "dev.standby.metrics..",
              "dev.standby.nodes..",
              "dev.standby.store..",
              "dev.standby.schema..",
              "dev.standby.config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.core.eventbus..")
          .orShould()
          .callMethod(io.vertx.core.Vertx.class, "eventBus");

  @ArchTest
  static final ArchRule onlyTheNodeShouldKnowOfHazelcast =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster..");

  @ArchTest
  static final ArchRule theCommandLineShouldKnowTheHttpApiOnlyAndStartFast =
      classes()
          .that()
          .resideInAPackage("dev.standby.cli..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.net.ssl..",
              "picocli..",
              "com.fasterxml.jackson.core..",
              "dev.standby.cli..");

  @ArchTest
  static final ArchRule logsShouldGoThroughSlf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule onlyTheNodeShouldPrint =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.standby.Standby")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace");

  @ArchTest
  static final ArchRule nobodyShouldSleep =
      noClasses()
          .that()
          // A command has its thread to itself.
          .resideOutsideOfPackage("dev.standby.cli..")
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class);

  @ArchTest
  static final ArchRule staticFieldsShouldNotChange =
      fields().that().areStatic().should().beFinal();

  @ArchTest
  static final ArchRule classesShouldBePublicOnlyWhenSomebodyElseNeedsThem =
      classes()
          .that()
          .resideOutsideOfPackage(ROOT)
          .and()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .should(
              new ArchCondition<JavaClass>("be used outside of their package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean used =
                      type.getDirectDependenciesToSelf().stream()
                          .anyMatch(
                              user ->
                                  !user.getOriginClass().getPackage().equals(type.getPackage()));
                  if (!used && !USED_UNSEEN.contains(type.getName())) {
                    events.add(
                        SimpleConditionEvent.violated(
                            type,
                            type.getName() + " is public, and nobody outside its package uses it"));
                  }
                }
              });
}
