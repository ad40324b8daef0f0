package dev.standby.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of TLS: a start that lacks one says which. */
class TlsFilesTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "STANDBY_HTTP_TLS_CERTIFICATE, http.tls_certificate",
    "STANDBY_HTTP_TLS_KEY, http.tls_key",
    "STANDBY_EVENTBUS_TLS_AUTHORITY, eventbus.tls_authority"
  })
  void shouldNameTheSettingWhoseFileCannotBeRead(String variable, String setting)
      throws IOException {
    String room = variable.substring(0, variable.indexOf("_TLS_"));
    String pem = Files.writeString(folder.resolve("some.pem"), "").toString();
    Map<String, String> environment = new HashMap<>();
    environment.put(room + "_TLS_CERTIFICATE", pem);
    environment.put(room + "_TLS_KEY", pem);
    if (room.equals("STANDBY_EVENTBUS")) {
      environment.put(room + "_TLS_AUTHORITY", pem);
    }
    environment.put(variable, folder.resolve("none.pem").toString());

    assertThatThrownBy(() -> Settings.load(null, environment))
        .isInstanceOf(ConfigException.class)
        .hasMessage("setting " + setting + ": cannot read " + folder.resolve("none.pem"));
  }
}
