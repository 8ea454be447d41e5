package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.testkit.wire.RespConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages while nodes do not answer or are gone, and tables go. */
@Timeout(60)
class PubSubTroubleTest {
  @TempDir Path directory = Path.of("");
  private ServedCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new ServedCluster(directory, 2);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void aNodeThatDoesNotAnswerDelaysOnlyTheFirstPublisher() throws Exception {
    RespConnection listener = cluster.subscriber(2, "SUBSCRIBE", "news");
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      cluster.addPlace(mute.getLocalPort());
      RespConnection publisher = cluster.connect(1);
      publisher.call("PUBLISH", "news", "first");
      long before = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        assertThat(publisher.call("PUBLISH", "news", "next").number()).isEqualTo(1);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
      for (int i = 0; i < 101; i++) {
        assertThat(listener.read().items()).hasSize(3);
      }
    }
  }

  @Test
  void aNodeThatIsGoneIsNotCounted() throws Exception {
    cluster.subscriber(2, "SUBSCRIBE", "news");
    cluster.subscriber(1, "SUBSCRIBE", "news");
    RespConnection publisher = cluster.connect(1);
    assertThat(publisher.call("PUBLISH", "news", "x").number()).isEqualTo(2);
    cluster.stop(2);
    await().until(() -> publisher.call("PUBLISH", "news", "x").number() == 1);
  }

  @Test
  void aSubscriberWhoseTableWasDroppedIsDisconnected() throws Exception {
    RespConnection shop = cluster.connect(1);
    shop.call("SELECT", "shop");
    shop.call("SUBSCRIBE", "news");
    RespConnection other = cluster.subscriber(1, "SUBSCRIBE", "news");
    cluster.drop(ServedNode.SHOP);
    assertThat(shop.readToEnd()).isEmpty();
    assertThat(cluster.connect(2).call("PUBLISH", "news", "still here").number()).isEqualTo(1);
    assertThat(other.read().items().getLast().text()).isEqualTo("still here");
  }
}
