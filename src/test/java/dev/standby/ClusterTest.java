package dev.standby;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.NetworkConfig;
import dev.standby.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Hazelcast is told of the settings. */
class ClusterTest {
  @Test
  void shouldLookForOtherPodsAtThePortThatAllOfThemHave() {
    Map<String, String> environment =
        Map.of(
            "STANDBY_CLUSTER_PORT", "6000",
            "STANDBY_CLUSTER_KUBERNETES_SERVICE", "standby.svc");

    NetworkConfig network =
        Cluster.hazelcast(Settings.load(null, environment).cluster()).getNetworkConfig();

    assertThat(network.getPort()).isEqualTo(6000);
    assertThat(network.getJoin().getTcpIpConfig().isEnabled()).isFalse();
    assertThat(network.getJoin().getKubernetesConfig().getProperties())
        .containsEntry("service-dns", "standby.svc")
        .containsEntry("service-port", "6000");
  }
}
