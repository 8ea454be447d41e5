package io.pika.manager.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContextBuilder;
import io.pika.core.bytes.Bytes;
import io.pika.core.meta.Compare;
import io.pika.core.meta.Entry;
import io.pika.core.meta.KeyRange;
import io.pika.core.meta.Lease;
import io.pika.core.meta.MetadataException;
import io.pika.core.meta.MetadataException.Kind;
import io.pika.core.meta.MetadataStore;
import io.pika.core.meta.RangeResult;
import io.pika.core.meta.Transaction;
import io.pika.core.meta.TransactionResult;
import io.pika.core.meta.WatchListener;
import io.pika.core.meta.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The metadata store on an etcd of version 3.4 or newer, by jetcd. What etcd promises is what {@link MetadataStore} asks for; added
 * is a deadline for every call, which jetcd's own time-outs do not bound, and that a call whose answer is late says so: a
 * transaction whose outcome is not known may still be carried out, even after later ones.
 */
public final class EtcdMetadataStore implements MetadataStore {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  /** So a member that has gone without a word is noticed; gRPC does not ask more often than each ten seconds. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final long RETRY_MS = 50;
  private static final long MOST_RETRY_MS = 400;
  private static final Duration KEEP_ALIVE_ANSWER = Duration.ofSeconds(3);

  private final Client client;
  private final Duration deadline;
  private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private EtcdMetadataStore(Client client, Duration deadline) {
    this.client = client;
    this.deadline = deadline;
  }

  /**
   * Connects when it is first needed.
   *
   * @throws IOException a file of the certificates cannot be read
   */
  public static EtcdMetadataStore open(EtcdOptions options) throws IOException {
    ClientBuilder builder = Client.builder().endpoints(options.endpoints().toArray(String[]::new))
        .namespace(ByteSequence.from(options.prefix(), StandardCharsets.UTF_8)).connectTimeout(CONNECT)
        .keepaliveTime(KEEP_ALIVE).keepaliveTimeout(KEEP_ALIVE_ANSWER).keepaliveWithoutCalls(true)
        // Reads only: a transaction that was sent is never sent again, its compares might fail over what it has written itself.
        .retryDelay(RETRY_MS).retryMaxDelay(MOST_RETRY_MS).retryMaxDuration(options.deadline());
    EtcdOptions.Login login = options.login();
    if (login != null) {
      builder.user(ByteSequence.from(login.user(), StandardCharsets.UTF_8))
          .password(ByteSequence.from(login.password(), StandardCharsets.UTF_8));
    }
    EtcdOptions.Tls tls = options.tls();
    if (tls != null) {
      SslContextBuilder ssl = GrpcSslContexts.forClient().trustManager(tls.ca().toFile());
      if (tls.certificate() != null && tls.key() != null) {
        ssl.keyManager(tls.certificate().toFile(), tls.key().toFile());
      }
      builder.sslContext(ssl.build());
    }
    return new EtcdMetadataStore(builder.build(), options.deadline());
  }

  @Override
  public Optional<Entry> get(Bytes key) {
    GetResponse found = answer(client.getKVClient().get(bytes(key)), Kind.UNAVAILABLE);
    return found.getKvs().stream().findFirst().map(EtcdMetadataStore::entry);
  }

  @Override
  public RangeResult range(KeyRange keys, int limit) {
    GetOption option = GetOption.builder().withRange(bytes(keys.to())).withLimit(limit)
        .withSortField(GetOption.SortTarget.KEY).withSortOrder(GetOption.SortOrder.ASCEND).build();
    GetResponse found = answer(client.getKVClient().get(bytes(keys.from()), option), Kind.UNAVAILABLE);
    return new RangeResult(found.getHeader().getRevision(),
        found.getKvs().stream().map(EtcdMetadataStore::entry).toList(), found.isMore());
  }

  @Override
  public TransactionResult commit(Transaction transaction) {
    Cmp[] compares = transaction.compares().stream().map(EtcdMetadataStore::compare).toArray(Cmp[]::new);
    Op[] writes = transaction.writes().stream().map(EtcdMetadataStore::write).toArray(Op[]::new);
    TxnResponse done = answer(client.getKVClient().txn().If(compares).Then(writes).commit(),
        writes.length == 0 ? Kind.UNAVAILABLE : Kind.OUTCOME_UNKNOWN);
    return new TransactionResult(done.isSucceeded(), done.getHeader().getRevision());
  }

  private static Cmp compare(Compare compare) {
    ByteSequence key = bytes(compare.key());
    return switch (compare) {
      case Compare.Absent _ -> new Cmp(key, Cmp.Op.EQUAL, CmpTarget.version(0));
      case Compare.Exists _ -> new Cmp(key, Cmp.Op.GREATER, CmpTarget.version(0));
      case Compare.Version(Bytes _, long version) -> new Cmp(key, Cmp.Op.EQUAL, CmpTarget.version(version));
      case Compare.CreateRevision(Bytes _, long revision) ->
        new Cmp(key, Cmp.Op.EQUAL, CmpTarget.createRevision(revision));
      case Compare.ModRevision(Bytes _, long revision) ->
        new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(revision));
      case Compare.Value(Bytes _, Bytes value) -> new Cmp(key, Cmp.Op.EQUAL, CmpTarget.value(bytes(value)));
    };
  }

  private static Op write(Write write) {
    return switch (write) {
      case Write.Put(Bytes key, Bytes value, long lease) ->
        Op.put(bytes(key), bytes(value), PutOption.builder().withLeaseId(lease).build());
      case Write.Delete(Bytes key) -> Op.delete(bytes(key), DeleteOption.DEFAULT);
    };
  }

  @Override
  public Watch watch(KeyRange keys, long fromRevision, WatchListener listener) {
    EtcdWatch watch = new EtcdWatch(client.getWatchClient(), keys, fromRevision, listener, watches::remove);
    watches.add(watch);
    watch.start();
    if (closed) {
      watch.close();
    }
    return watch;
  }

  @Override
  public Lease grant(Duration timeToLive) {
    // Never less than what the holder counts with.
    long seconds = Math.max(1, timeToLive.plusMillis(999).toSeconds());
    long id = answer(client.getLeaseClient().grant(seconds), Kind.UNAVAILABLE).getID();
    return new Lease() {
      @Override
      public long id() {
        return id;
      }

      @Override
      public boolean keepAlive() {
        try {
          return answer(client.getLeaseClient().keepAliveOnce(id), Kind.UNAVAILABLE).getTTL() > 0;
        } catch (MetadataException over) {
          return isStillThere(over);
        }
      }

      @Override
      public void revoke() {
        try {
          answer(client.getLeaseClient().revoke(id), Kind.OUTCOME_UNKNOWN);
        } catch (MetadataException over) {
          isStillThere(over);
        }
      }
    };
  }

  /** False: the lease is over. */
  private static boolean isStillThere(MetadataException failure) {
    if (failure.kind() == Kind.LEASE_LOST) {
      return false;
    }
    throw failure;
  }

  /** @param late what it is when there is no answer, or none that says that nothing was done */
  private <T> T answer(CompletableFuture<T> future, Kind late) {
    try {
      return future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new MetadataException(late, "etcd does not answer within " + deadline.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause(), late);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MetadataException(late, "interrupted while etcd was asked", e);
    } catch (RuntimeException e) {
      throw failure(e, late);
    }
  }

  private MetadataException failure(Throwable cause, Kind late) {
    String text = "etcd: " + cause.getMessage();
    if (closed) {
      return new MetadataException(Kind.CLOSED, text, cause);
    }
    ErrorCode code = cause instanceof EtcdException etcd ? etcd.getErrorCode() : null;
    if (text.contains("requested lease not found")) {
      return new MetadataException(Kind.LEASE_LOST, text, cause);
    }
    return new MetadataException(code == null || !saysThatNothingWasDone(code) ? late : Kind.UNAVAILABLE,
        text, cause);
  }

  private static boolean saysThatNothingWasDone(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED, FAILED_PRECONDITION, OUT_OF_RANGE,
          UNIMPLEMENTED, RESOURCE_EXHAUSTED ->
        true;
      case CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ALREADY_EXISTS, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
        false;
    };
  }

  static Entry entry(KeyValue found) {
    return new Entry(Bytes.of(found.getKey().getBytes()), Bytes.of(found.getValue().getBytes()),
        found.getVersion(),
        found.getCreateRevision(), found.getModRevision(), found.getLease());
  }

  static ByteSequence bytes(Bytes bytes) {
    return ByteSequence.from(bytes.array());
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(EtcdWatch::close);
    client.close();
  }
}
