package io.pika.testkit.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.pika.core.bytes.Bytes;
import io.pika.core.meta.Compare;
import io.pika.core.meta.Election;
import io.pika.core.meta.Entry;
import io.pika.core.meta.KeyRange;
import io.pika.core.meta.Lease;
import io.pika.core.meta.MetadataException;
import io.pika.core.meta.MetadataStore;
import io.pika.core.meta.RangeResult;
import io.pika.core.meta.Transaction;
import io.pika.core.meta.TransactionResult;
import io.pika.core.meta.WatchEvent;
import io.pika.core.meta.WatchListener;
import io.pika.core.meta.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every metadata store does. Extend it, say how to open one, and it runs. */
public abstract class MetadataStoreContract {
  /** Long enough for every implementation: etcd does not go below two seconds. */
  private static final Duration SHORT_LEASE = Duration.ofSeconds(2);
  private static final Duration LONG_LEASE = Duration.ofMinutes(5);
  private static final KeyRange ALL = KeyRange.prefix(Bytes.of("t/"));

  private MetadataStore store;

  /** A store in which no key begins with {@code t/}. */
  protected abstract MetadataStore open() throws Exception;

  /** Makes the store forget the changes before its newest revisions. */
  protected abstract void compact(MetadataStore opened) throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void anEntryCountsItsWritesAndRevisions() {
    long first = put("t/a", "1").revision();
    long second = put("t/a", "2").revision();
    assertThat(second).isEqualTo(first + 1);
    assertThat(store.get(key("t/a"))).contains(new Entry(key("t/a"), key("2"), 2, first, second, 0));
    delete("t/a");
    assertThat(store.get(key("t/a"))).isEmpty();
    long again = put("t/a", "3").revision();
    assertThat(store.get(key("t/a"))).contains(new Entry(key("t/a"), key("3"), 1, again, again, 0));
  }

  @Test
  void aTransactionWritesAllOrNothing() {
    put("t/a", "1");
    TransactionResult refused = store.commit(new Transaction(List.of(new Compare.Absent(key("t/a"))),
        List.of(new Write.Put(key("t/b"), key("x")), new Write.Delete(key("t/a")))));
    assertThat(refused.committed()).isFalse();
    assertThat(store.get(key("t/a"))).isPresent();
    assertThat(store.get(key("t/b"))).isEmpty();
    TransactionResult done = store.commit(new Transaction(List.of(new Compare.Exists(key("t/a"))),
        List.of(new Write.Put(key("t/b"), key("x")), new Write.Delete(key("t/a")))));
    assertThat(done.committed()).isTrue();
    assertThat(done.revision()).isEqualTo(refused.revision() + 1);
    assertThat(store.get(key("t/a"))).isEmpty();
    assertThat(store.get(key("t/b")).orElseThrow().modRevision()).isEqualTo(done.revision());
  }

  @Test
  void everyKindOfCompareHoldsOnlyWhenItIsTrue() {
    put("t/a", "1");
    put("t/a", "2");
    Entry entry = store.get(key("t/a")).orElseThrow();
    assertThat(holds(new Compare.Exists(entry.key()))).isTrue();
    assertThat(holds(new Compare.Exists(key("t/none")))).isFalse();
    assertThat(holds(new Compare.Absent(entry.key()))).isFalse();
    assertThat(holds(new Compare.Absent(key("t/none")))).isTrue();
    assertThat(holds(new Compare.Version(entry.key(), 2))).isTrue();
    assertThat(holds(new Compare.Version(entry.key(), 1))).isFalse();
    assertThat(holds(new Compare.CreateRevision(entry.key(), entry.createRevision()))).isTrue();
    assertThat(holds(new Compare.CreateRevision(entry.key(), entry.modRevision()))).isFalse();
    assertThat(holds(new Compare.ModRevision(entry.key(), entry.modRevision()))).isTrue();
    assertThat(holds(new Compare.ModRevision(entry.key(), entry.createRevision()))).isFalse();
    assertThat(holds(new Compare.Value(entry.key(), key("2")))).isTrue();
    assertThat(holds(new Compare.Value(entry.key(), key("1")))).isFalse();
    assertThat(holds(new Compare.Value(key("t/none"), Bytes.EMPTY))).isFalse();
  }

  @Test
  void whatChangesNothingTakesNoRevision() {
    long before = put("t/a", "1").revision();
    assertThat(delete("t/none").revision()).isEqualTo(before);
    assertThat(store.commit(new Transaction(List.of(), List.of())).revision()).isEqualTo(before);
  }

  @Test
  void rangesAreInTheOrderOfBytesAndSayWhenThereIsMore() {
    List.of("t/b", "t/a", "t/c\u00ff", "t/c", "u/a").forEach(name -> put(name, "x"));
    assertThat(names(store.range(ALL, 0))).containsExactly("t/a", "t/b", "t/c", "t/c\u00ff");
    RangeResult page = store.range(ALL, 2);
    assertThat(names(page)).containsExactly("t/a", "t/b");
    assertThat(page.more()).isTrue();
    assertThat(store.range(ALL, 4).more()).isFalse();
    assertThat(store.range(new KeyRange(key("t/b"), key("t/c")), 0).entries()).hasSize(1);
    delete("u/a");
  }

  @Test
  void valuesAndKeysAreAnyBytes() {
    byte[] bytes = new byte[512];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Bytes oddKey = Bytes.of(new byte[]{'t', '/', 0, -1, 10});
    store.commit(new Transaction(List.of(), List.of(new Write.Put(oddKey, Bytes.of(bytes)),
        new Write.Put(key("t/empty"), Bytes.EMPTY))));
    assertThat(store.get(oddKey).orElseThrow().value()).isEqualTo(Bytes.of(bytes));
    assertThat(store.get(key("t/empty")).orElseThrow().value()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void aTransactionThatIsTooBigIsRefusedBeforeItIsTried() {
    List<Write> many = new ArrayList<>();
    for (int i = 0; i <= MetadataStore.MAX_OPERATIONS; i++) {
      many.add(new Write.Delete(key("t/" + i)));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new Transaction(List.of(), many));
    assertThatIllegalArgumentException().isThrownBy(() -> new Transaction(List.of(),
        List.of(new Write.Put(key("t/a"), Bytes.of(new byte[MetadataStore.MAX_TRANSACTION_BYTES])))));
    assertThatIllegalArgumentException().isThrownBy(() -> new Transaction(List.of(),
        List.of(new Write.Delete(key("t/a")), new Write.Put(key("t/a"), Bytes.EMPTY))));
    List<Write> most = many.subList(0, MetadataStore.MAX_OPERATIONS).stream()
        .<Write>map(write -> new Write.Put(write.key(), key("x"))).toList();
    assertThat(store.commit(new Transaction(List.of(), most)).committed()).isTrue();
    assertThat(store.range(ALL, 0).entries()).hasSize(MetadataStore.MAX_OPERATIONS);
  }

  @Test
  void oneOfManyWinsACompareAndSet() throws Exception {
    put("t/counter", "0");
    AtomicInteger wins = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      threads.add(Thread.ofVirtual().start(() -> {
        for (int attempt = 0; attempt < 20; attempt++) {
          Entry seen = store.get(key("t/counter")).orElseThrow();
          int next = Integer.parseInt(seen.value().utf8()) + 1;
          if (store.commit(new Transaction(List.of(new Compare.ModRevision(seen.key(), seen.modRevision())),
              List.of(new Write.Put(seen.key(), key("" + next))))).committed()) {
            wins.incrementAndGet();
          }
        }
      }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(store.get(key("t/counter")).orElseThrow().value()).isEqualTo(key("" + wins.get()));
  }

  @Test
  void aWatchShowsChangesFromARevisionOnEachOnceAndInOrder() {
    put("t/a", "before");
    long from = put("t/a", "1").revision();
    Seen seen = new Seen();
    MetadataStore.Watch watch = store.watch(ALL, from, seen);
    put("u/other", "x");
    store.commit(new Transaction(List.of(),
        List.of(new Write.Put(key("t/b"), key("2")), new Write.Delete(key("t/a")))));
    await().until(() -> seen.batches.size() == 2);
    watch.close();
    put("t/c", "unseen");
    Entry first = ((WatchEvent.Written) seen.batches.get(0).get(0)).entry();
    assertThat(first.value()).isEqualTo(key("1"));
    assertThat(first.modRevision()).isEqualTo(from);
    assertThat(seen.batches.get(1)).extracting(event -> event.key().utf8())
        .containsExactlyInAnyOrder("t/a", "t/b");
    assertThat(seen.batches.get(1)).hasAtLeastOneElementOfType(WatchEvent.Deleted.class);
    assertThat(seen.failures).isEmpty();
    delete("u/other");
  }

  @Test
  void aSlowWatcherMissesNothing() throws Exception {
    CountDownLatch mayGoOn = new CountDownLatch(1);
    List<String> values = new CopyOnWriteArrayList<>();
    long from = put("t/a", "first").revision();
    MetadataStore.Watch watch = store.watch(ALL, from, new WatchListener() {
      @Override
      public void changed(long revision, List<WatchEvent> events) {
        try {
          mayGoOn.await();
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
        }
        values.add(((WatchEvent.Written) events.getFirst()).entry().value().utf8());
      }

      @Override
      public void failed(MetadataException failure) {
        values.add(failure.kind().name());
      }
    });
    for (int i = 0; i < 100; i++) {
      put("t/a", "" + i);
    }
    mayGoOn.countDown();
    await().until(() -> values.size() == 101);
    assertThat(values.get(100)).isEqualTo("99");
    watch.close();
  }

  @Test
  void aWatchFromAForgottenRevisionEndsWithCompacted() throws Exception {
    long old = put("t/a", "1").revision();
    put("t/a", "2");
    compact(store);
    Seen seen = new Seen();
    store.watch(ALL, old, seen);
    await().until(() -> !seen.failures.isEmpty());
    assertThat(seen.failures.getFirst().kind()).isEqualTo(MetadataException.Kind.COMPACTED);
    Seen fresh = new Seen();
    MetadataStore.Watch watch = store.watch(ALL, store.range(ALL, 0).revision() + 1, fresh);
    put("t/a", "3");
    await().until(() -> fresh.batches.size() == 1);
    watch.close();
  }

  @Test
  void entriesOfALeaseGoWhenNobodyKeepsItAlive() {
    Lease kept = store.grant(SHORT_LEASE);
    Lease left = store.grant(SHORT_LEASE);
    put("t/kept", "x", kept.id());
    put("t/left", "x", left.id());
    put("t/saved", "x", left.id());
    put("t/saved", "without a lease now");
    await().atMost(Duration.ofSeconds(30)).until(() -> {
      assertThat(kept.keepAlive()).isTrue();
      return store.get(key("t/left")).isEmpty();
    });
    assertThat(store.get(key("t/kept"))).isPresent();
    assertThat(store.get(key("t/saved"))).isPresent();
    assertThat(left.keepAlive()).isFalse();
    kept.revoke();
  }

  @Test
  void revokingALeaseRemovesItsEntriesAtOnceAndItsWritesAreRefused() {
    Lease lease = store.grant(LONG_LEASE);
    put("t/a", "x", lease.id());
    lease.revoke();
    lease.revoke();
    assertThat(store.get(key("t/a"))).isEmpty();
    assertThat(lease.keepAlive()).isFalse();
    assertThatExceptionOfType(MetadataException.class).isThrownBy(() -> put("t/a", "x", lease.id()))
        .matches(failure -> failure.kind() == MetadataException.Kind.LEASE_LOST);
  }

  @Test
  void theNextCandidateLeadsWhenTheFirstResignsAndOldGuardsFail() throws Exception {
    Election election = new Election(store, "t/election");
    Lease one = store.grant(LONG_LEASE);
    Lease two = store.grant(LONG_LEASE);
    Election.Leadership first = election.campaign(one, key("one"));
    assertThat(election.leader()).contains(key("one"));
    CompletableFuture<Election.Leadership> second = campaign(election, two, "two");
    await().until(() -> store.range(KeyRange.prefix(key("t/election/")), 0).entries().size() == 2);
    assertThat(second).isNotDone();
    assertThat(holds(first.guard())).isTrue();
    election.resign(first);
    await().until(second::isDone);
    assertThat(election.leader()).contains(key("two"));
    assertThat(holds(first.guard())).isFalse();
    assertThat(holds(second.join().guard())).isTrue();
    one.revoke();
    two.revoke();
  }

  @Test
  void theNextCandidateLeadsWhenTheLeaseOfTheFirstEnds() throws Exception {
    Election election = new Election(store, "t/election");
    Lease one = store.grant(LONG_LEASE);
    Lease two = store.grant(LONG_LEASE);
    Election.Leadership first = election.campaign(one, key("one"));
    CompletableFuture<Election.Leadership> second = campaign(election, two, "two");
    one.revoke();
    await().until(second::isDone);
    assertThat(holds(first.guard())).isFalse();
    assertThatExceptionOfType(MetadataException.class).isThrownBy(() -> election.campaign(one, key("one")));
    two.revoke();
  }

  private static CompletableFuture<Election.Leadership> campaign(Election election, Lease lease,
      String name) {
    CompletableFuture<Election.Leadership> elected = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        elected.complete(election.campaign(lease, key(name)));
      } catch (InterruptedException | RuntimeException failure) {
        elected.completeExceptionally(failure);
      }
    });
    return elected;
  }

  private boolean holds(Compare compare) {
    return store.commit(new Transaction(List.of(compare), List.of())).committed();
  }

  private TransactionResult put(String name, String value) {
    return put(name, value, 0);
  }

  private TransactionResult put(String name, String value, long lease) {
    return store
        .commit(new Transaction(List.of(), List.of(new Write.Put(key(name), key(value), lease))));
  }

  private TransactionResult delete(String name) {
    return store.commit(new Transaction(List.of(), List.of(new Write.Delete(key(name)))));
  }

  private static List<String> names(RangeResult range) {
    return range.entries().stream().map(entry -> entry.key().utf8()).toList();
  }

  private static Bytes key(String text) {
    return Bytes.of(text);
  }

  /** Keeps what a watch shows. */
  private static final class Seen implements WatchListener {
    private final List<List<WatchEvent>> batches = new CopyOnWriteArrayList<>();
    private final List<MetadataException> failures = new CopyOnWriteArrayList<>();

    @Override
    public void changed(long revision, List<WatchEvent> events) {
      batches.add(events);
    }

    @Override
    public void failed(MetadataException failure) {
      failures.add(failure);
    }
  }
}
