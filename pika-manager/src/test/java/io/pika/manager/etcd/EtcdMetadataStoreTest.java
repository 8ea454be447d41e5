package io.pika.manager.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etcd.jetcd.Client;
import io.pika.core.bytes.Bytes;
import io.pika.core.meta.KeyRange;
import io.pika.core.meta.MetadataException;
import io.pika.core.meta.MetadataException.Kind;
import io.pika.core.meta.MetadataStore;
import io.pika.core.meta.Transaction;
import io.pika.core.meta.Write;
import io.pika.testkit.etcd.EtcdServer;
import io.pika.testkit.meta.MetadataStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over a real etcd; skipped where none is installed. */
final class EtcdMetadataStoreTest extends MetadataStoreContract {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @TempDir static Path directory;
  private static @Nullable EtcdServer etcd;
  private static int stores;

  @BeforeAll
  static void startEtcd() {
    assumeTrue(EtcdServer.program().isPresent(), "etcd is not installed (Debian: etcd-server)");
    etcd = EtcdServer.start(directory);
  }

  @AfterAll
  static void stopEtcd() {
    if (etcd != null) {
      etcd.close();
    }
  }

  private static String endpoint() {
    return etcd == null ? "http://127.0.0.1:1" : etcd.endpoint();
  }

  private static EtcdMetadataStore open(String endpoint, Duration deadline, String prefix) throws Exception {
    return EtcdMetadataStore.open(new EtcdOptions(List.of(endpoint), prefix, null, null, deadline));
  }

  /** Each test has a prefix of its own. */
  @Override
  protected MetadataStore open() throws Exception {
    return open(endpoint(), DEADLINE, "/pika-" + stores++ + "/");
  }

  @Override
  protected void compact(MetadataStore opened) throws Exception {
    long revision = opened.range(KeyRange.prefix(Bytes.of("t/")), 1).revision();
    try (Client client = Client.builder().endpoints(endpoint()).build()) {
      client.getKVClient().compact(revision).get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void clustersWithDifferentPrefixesDoNotSeeEachOther() throws Exception {
    try (MetadataStore one = open(endpoint(), DEADLINE, "/one/");
        MetadataStore two = open(endpoint(), DEADLINE, "/two/")) {
      one.commit(new Transaction(List.of(), List.of(new Write.Put(Bytes.of("k"), Bytes.of("1")))));
      assertThat(two.get(Bytes.of("k"))).isEmpty();
      assertThat(one.get(Bytes.of("k"))).isPresent();
      assertThat(two.range(KeyRange.prefix(Bytes.of("k")), 0).entries()).isEmpty();
    }
  }

  @Test
  void anEtcdThatDoesNotAnswerIsSaidSoInTime() throws Exception {
    try (MetadataStore nobody = open("http://127.0.0.1:1", Duration.ofMillis(500), "/nobody/")) {
      assertThatExceptionOfType(MetadataException.class).isThrownBy(() -> nobody.get(Bytes.of("k")))
          .matches(failure -> failure.kind() == Kind.UNAVAILABLE);
      Transaction write = new Transaction(List.of(), List.of(new Write.Put(Bytes.of("k"), Bytes.of("1"))));
      assertThatExceptionOfType(MetadataException.class).isThrownBy(() -> nobody.commit(write))
          .matches(failure -> failure.kind() == Kind.OUTCOME_UNKNOWN);
    }
  }
}
