package io.pika.manager.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.core.bytes.Bytes;
import io.pika.core.meta.EmbeddedMetadataStore;
import io.pika.core.meta.Entry;
import io.pika.core.meta.KeyRange;
import io.pika.core.meta.Lease;
import io.pika.core.meta.MetadataException;
import io.pika.core.meta.MetadataStore;
import io.pika.core.meta.RangeResult;
import io.pika.core.meta.Transaction;
import io.pika.core.meta.TransactionResult;
import io.pika.core.meta.WatchListener;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.Decision;
import io.pika.manager.state.Request;
import io.pika.manager.state.Role;
import io.pika.testkit.disk.FakeDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two managers at one store: one leads, the other stands by. */
class LeaderTest {
  private static final Duration LEASE = Duration.ofSeconds(1);

  private EmbeddedMetadataStore store;
  private CutStore toOne;
  private Leader one;
  private Leader two;

  @BeforeEach
  void open() throws IOException {
    store = EmbeddedMetadataStore.open(new FakeDisk(), EmbeddedMetadataStore.Bounds.DEFAULT,
        System::nanoTime);
    toOne = new CutStore(store);
    one = leader(toOne, "http://one");
    two = leader(store, "http://two");
    one.start();
    await().until(() -> one.term() != null);
    two.start();
    await().until(() -> two.rival().equals("http://one"));
  }

  @AfterEach
  void close() {
    toOne.cut = false;
    one.close();
    two.close();
    store.close();
  }

  private static Leader leader(MetadataStore store, String name) {
    return new Leader(store,
        new Leader.Options(name, LEASE, Duration.ofMinutes(5), Duration.ofMinutes(10),
            new Planner.Rules(1, Planner.DefaultTable.UNWANTED)),
        new Leader.Sources(() -> 1, System::nanoTime, () -> "cluster-of-the-test"), why -> {});
  }

  @Test
  void whoStandsByTakesOverWithAllThatWasDecided() throws Exception {
    Term first = Objects.requireNonNull(one.term());
    assertThat(two.term()).isNull();
    assertThat(first.submit(new Request.CreateToken("ann", Role.VIEWER, "hash", 0)).get(5, TimeUnit.SECONDS))
        .isInstanceOf(Decision.Accepted.class);
    one.close();
    await().until(() -> two.term() != null);
    assertThat(two.rival()).isEmpty();
    Term second = Objects.requireNonNull(two.term());
    assertThat(second.state().cluster().clusterId()).isEqualTo("cluster-of-the-test");
    assertThat(second.state().tokens()).hasSize(1);
  }

  @Test
  void whoIsCutOffKnowsByItsClockBeforeAnotherOneLeads() {
    toOne.cut = true;
    await().pollInterval(Duration.ofMillis(1)).until(() -> {
      boolean oneLeads = one.term() != null;
      boolean twoLeads = two.term() != null;
      assertThat(oneLeads && twoLeads).isFalse();
      return twoLeads;
    });
    toOne.cut = false;
    await().until(() -> one.rival().equals("http://two"));
    assertThat(one.term()).isNull();
  }

  @Test
  void aProcessThatWasStoppedIsNotSureOfItsLeaseWhenItGoesOn() {
    AtomicLong clock = new AtomicLong();
    LeaseKeeper keeper = new LeaseKeeper(store.grant(LEASE), LEASE, clock::get, clock.get());
    assertThat(keeper.isSure()).isTrue();
    clock.addAndGet(LEASE.toNanos() * 9 / 10);
    assertThat(keeper.isSure()).isFalse();
  }

  /** The way to the store, which can be cut. */
  private static final class CutStore implements MetadataStore {
    private final MetadataStore store;
    private volatile boolean cut;

    CutStore(MetadataStore store) {
      this.store = store;
    }

    private MetadataStore reach() {
      if (cut) {
        throw new MetadataException(MetadataException.Kind.UNAVAILABLE, "cut off by the test");
      }
      return store;
    }

    @Override
    public Optional<Entry> get(Bytes key) {
      return reach().get(key);
    }

    @Override
    public RangeResult range(KeyRange keys, int limit) {
      return reach().range(keys, limit);
    }

    @Override
    public TransactionResult commit(Transaction transaction) {
      return reach().commit(transaction);
    }

    @Override
    public Watch watch(KeyRange keys, long fromRevision, WatchListener listener) {
      return reach().watch(keys, fromRevision, listener);
    }

    @Override
    public Lease grant(Duration timeToLive) {
      Lease lease = reach().grant(timeToLive);
      return new Lease() {
        @Override
        public long id() {
          return lease.id();
        }

        @Override
        public boolean keepAlive() {
          reach();
          return lease.keepAlive();
        }

        @Override
        public void revoke() {
          reach();
          lease.revoke();
        }
      };
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
