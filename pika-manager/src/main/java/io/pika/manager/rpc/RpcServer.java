package io.pika.manager.rpc;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.pika.manager.control.Term;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The gRPC server that nodes call; every call on a virtual thread of its own. */
public final class RpcServer implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final int MAX_METADATA_BYTES = 8 << 10;
  private static final int MAX_CALLS_A_CONNECTION = 64;

  private final Server server;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param secret every call carries it; empty: none needed, for loopback only
   * @param heartbeat how often nodes are to report
   * @param lease how long a node may act without having heard from the manager
   */
  public record Options(InetSocketAddress address, String secret, Duration heartbeat, Duration lease) {}

  /**
   * Listens; an IOException when it cannot.
   *
   * @param rival who leads while this one does not, for messages; may be empty
   */
  public RpcServer(Options options, Supplier<@Nullable Term> terms, Supplier<String> rival)
      throws IOException {
    server = NettyServerBuilder.forAddress(options.address()).executor(calls)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES).maxInboundMetadataSize(MAX_METADATA_BYTES)
        .maxConcurrentCallsPerConnection(MAX_CALLS_A_CONNECTION).permitKeepAliveTime(1, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true).keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS).handshakeTimeout(10, TimeUnit.SECONDS)
        .intercept(new SecretCheck(options.secret()))
        .addService(new NodeDirectoryService(terms, rival,
            new NodeDirectoryService.Beat(options.heartbeat(), options.lease())))
        .build().start();
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
    calls.shutdownNow();
  }
}
