package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.Standby;
import dev.standby.config.ConfigException;
import dev.standby.store.OwnPostgres;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Certificates;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to PostgreSQL, by the parameters of libpq in the URL. */
class PostgresTlsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String AUTHORITY = "&sslrootcert=";

  @TempDir static Path folder;

  private static Certificates certificates;
  private static String authority;
  private static OwnPostgres postgres;

  @BeforeAll
  static void start() throws IOException {
    certificates = new Certificates(folder);
    authority = certificates.authority("authority");
    postgres =
        OwnPostgres.start(
            folder,
            "127.0.0.1",
            "ssl = on\n%sssl_ca_file = '%s'\n"
                .formatted(certificate(certificates.signed("server", "authority")), authority));
  }

  private static String certificate(Certificates.Pem pem) throws IOException {
    // Neither PostgreSQL nor its driver uses a key that others may read.
    Files.setPosixFilePermissions(Path.of(pem.key()), PosixFilePermissions.fromString("rw-------"));
    return "ssl_cert_file = '%s'\nssl_key_file = '%s'\n".formatted(pem.certificate(), pem.key());
  }

  @AfterEach
  void useTheGoodCertificate() {
    TestPostgres.execute(postgres.url(), "ALTER SYSTEM RESET ssl_cert_file");
    present(folder.resolve("server.crt").toString(), folder.resolve("server.key").toString());
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"require", "verify-full"})
  void shouldEncryptEveryConnectionWhenItIsAskedFor(String mode) {
    try (Standby node = Nodes.alone(url("127.0.0.1", mode, authority))) {
      assertThat(new Api(node.url()).register("encrypted/" + mode).status()).isEqualTo(201);

      assertThat(connections("NOT ssl")).isZero();
      assertThat(connections("ssl")).isGreaterThan(3);
    }
  }

  @Test
  void shouldEncryptNothingWhenItIsNotAskedFor() {
    try (Standby node = Nodes.alone(postgres.url())) {
      assertThat(new Api(node.url()).register("plain").status()).isEqualTo(201);

      assertThat(connections("ssl")).isZero();
    }
  }

  @Test
  void shouldShowItsOwnCertificateWhenItHasOne() throws IOException {
    Certificates.Pem ours = certificates.signed("certified", "authority");
    certificate(ours);
    TestPostgres.execute(postgres.url(), "CREATE ROLE certified LOGIN SUPERUSER");
    postgres.allow("hostssl all certified 127.0.0.1/32 cert");
    postgres.reload();
    String url = url("127.0.0.1", "verify-full", authority).replace("postgres@", "certified@");

    Await.until("it asks for a certificate", LIMIT, () -> complaint(url).contains("certificate"));
    try (Standby node =
        Nodes.alone(url + "&sslcert=" + ours.certificate() + "&sslkey=" + ours.key())) {
      assertThat(new Api(node.url()).register("certified").status()).isEqualTo(201);
    }
  }

  @Test
  void shouldRefuseWhenTheCertificateIsForAnotherHost() {
    assertThat(complaint(url("localhost", "verify-full", authority)))
        .contains("database.url", "certificate is for another host name");
    try (Standby node = Nodes.alone(url("localhost", "verify-ca", authority))) {
      assertThat(new Api(node.url()).get("/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void shouldRefuseWhenTheAuthorityIsUnknown() {
    assertThat(complaint(url("127.0.0.1", "verify-ca", certificates.authority("stranger"))))
        .contains("not from an authority in sslrootcert");
  }

  @Test
  void shouldRefuseWhenTheAuthorityIsNotOneThatJavaKnows() {
    assertThat(complaint(url("127.0.0.1", "verify-full", "system")))
        .contains("not from an authority in sslrootcert");
  }

  @Test
  void shouldRefuseWhenTheCertificateHasExpired() throws IOException {
    Certificates.Pem expired = certificates.expired("expired", "authority");
    certificate(expired);
    present(expired.certificate(), expired.key());

    Await.until(
        "it is refused",
        LIMIT,
        () -> complaint(url("127.0.0.1", "verify-full", authority)).contains("has expired"));
  }

  @Test
  void shouldRefuseWhenTheServerHasNoTls() {
    String plain = TestPostgres.newDatabase();

    for (String mode : new String[] {"require", "verify-full"}) {
      assertThat(complaint(plain + "?sslmode=" + mode + AUTHORITY + authority))
          .contains("does not support SSL");
    }
    // It encrypts where it can.
    Nodes.alone(plain + "?sslmode=prefer").close();
  }

  @ParameterizedTest
  @CsvSource({
    "sslmode=verify-full, sslrootcert",
    "sslmode=verified, sslmode",
    "sslmode=verify-ca&sslrootcert=/no/such.crt, /no/such.crt",
    "sslmode=require&sslcert=/no/such.crt, sslkey",
    "target_session_attrs=standby, target_session_attrs",
    "ssl=true, unknown parameter ssl",
  })
  void shouldNameTheParameterWhenItIsWrong(String parameters, String named) {
    assertThat(complaint(postgres.url() + "?" + parameters)).contains("database.url", named);
  }

  @Test
  void shouldBeAwayAsLongAsTheCertificateIsBadWhenConnectionsAreMadeAnew() throws IOException {
    Certificates.Pem expired = certificates.expired("lapsed", "authority");
    certificate(expired);
    try (Standby node = Nodes.alone(url("127.0.0.1", "verify-full", authority))) {
      Api api = new Api(node.url());

      present(expired.certificate(), expired.key());
      Await.until(
          "it is away",
          LIMIT,
          () -> {
            cut();
            // Whatever was cut at this moment fails once; what the server presents now, always.
            return Stream.of("/health/ready", "/v1/events/stats", "/v1/events/stats")
                .allMatch(path -> api.get(path).status() == 503);
          });
      assertThat(api.get("/v1/events/stats").status()).isEqualTo(503);
      assertThat(api.post("/v1/events/prefix/p/send", "{}").status()).isEqualTo(503);
      assertThat(api.register("away").status()).isEqualTo(503);

      useTheGoodCertificate();

      Await.until("it is back", LIMIT, () -> api.register("back").status() < 300);
    }
  }

  private static void cut() {
    TestPostgres.execute(
        postgres.url(),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'standby'");
  }

  private static void present(String certificate, String key) {
    TestPostgres.execute(postgres.url(), "ALTER SYSTEM SET ssl_cert_file = '" + certificate + "'");
    TestPostgres.execute(postgres.url(), "ALTER SYSTEM SET ssl_key_file = '" + key + "'");
    postgres.reload();
  }

  private static String url(String host, String mode, String rootCertificate) {
    return postgres.url().replace("127.0.0.1", host)
        + "?sslmode="
        + mode
        + AUTHORITY
        + rootCertificate;
  }

  private static long connections(String how) {
    return Long.parseLong(
        new Ledger(postgres.url())
            .query(
                "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                    + " WHERE application_name = 'standby' AND "
                    + how)
            .get(0));
  }

  private static String complaint(String url) {
    String[] said = {""};
    assertThatThrownBy(() -> Nodes.alone(url).close())
        .isInstanceOf(ConfigException.class)
        .satisfies(refusal -> said[0] = refusal.getMessage());
    assertThat(said[0]).doesNotContain("\n", "Exception");
    return said[0];
  }
}
