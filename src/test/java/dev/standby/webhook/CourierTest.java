package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.bus.Bus;
import dev.standby.bus.EventTriggers;
import dev.standby.bus.Registration;
import dev.standby.config.Settings;
import dev.standby.contract.Database;
import dev.standby.store.StoreVerticle;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that stops makes what it has taken: nobody else would for half a minute. */
@Timeout(60)
class CourierTest {
  private static final Database database = Database.create();
  private static final Vertx vertx = Vertx.vertx();
  private static Settings settings;

  @BeforeAll
  static void start() {
    settings = Settings.load(null, Nodes.environment(database.url(), Hooks.LOOPBACK));
    Member.get(
        vertx.deployVerticle(
            new StoreVerticle(
                settings.database().postgres(),
                settings.database(),
                settings.access(),
                settings.feed(),
                settings.retention(),
                true,
                new SimpleMeterRegistry())));
  }

  @AfterAll
  static void stop() {
    Member.get(vertx.close());
  }

  @Test
  void shouldMakeWhatItWasTakingWhenItWasStopped() throws SQLException {
    try (Receiver receiver = Receiver.open()) {
      EventTriggers triggers = EventTriggers.create(vertx);
      Member.get(triggers.register(Registration.of("key").notifyUrl(receiver.url())));
      Member.get(triggers.send("key", 1));
      Courier courier = courier();
      Promise<Future<Void>> stopping = Promise.promise();
      try (Connection connection = TestPostgres.connect(database.url());
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        // Until this ends, what is due can't be taken.
        statement.execute("LOCK TABLE webhook_delivery IN ACCESS EXCLUSIVE MODE");
        Context context = vertx.getOrCreateContext();
        context.runOnContext(any -> courier.look());
        context.runOnContext(any -> stopping.complete(courier.stop()));
        Future<Void> stopped = Member.get(stopping.future());
        connection.rollback();
        Member.get(stopped);
      }

      assertThat(receiver.calls()).hasSize(1);
      assertThat(database.text("SELECT status || ' by ' || attempts FROM webhook_delivery"))
          .isEqualTo("delivered by 1");
    }
  }

  private static Courier courier() {
    Bus bus = Bus.local(vertx);
    Destinations destinations =
        new Destinations(Destinations.resolver(vertx), settings.webhooks().allowed());
    Calls calls = new Calls(vertx, destinations, new HttpClientOptions(), 4, Calls.CALL_MILLIS);
    return new Courier(bus, new Secrets(bus), calls, 4, new CallMeters(new SimpleMeterRegistry()));
  }
}
