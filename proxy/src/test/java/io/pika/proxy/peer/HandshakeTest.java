package io.pika.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is let in at the peer port, over real sockets. */
@Timeout(30)
final class HandshakeTest {
  private static final ClusterSecret OTHER = new ClusterSecret(
      "secret-of-another-one".getBytes(StandardCharsets.UTF_8));

  @Test
  void aProcessWithAnotherSecretIsRefused() throws Exception {
    FakePeer peer = new FakePeer();
    try (PeerPair pair = new PeerPair(peer, OTHER, PeerPair.OPTIONS)) {
      assertThat(pair.send(1, "x").get(10, TimeUnit.SECONDS))
          .isEqualTo(new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.UNREACHABLE));
      assertThat(pair.server.stats().handshakesRefused().sum()).isEqualTo(1);
      assertThat(peer.connections).hasValue(0);
    }
  }

  @Test
  void aNodeWithAnotherIdIsNotUsed() throws Exception {
    FakePeer peer = new FakePeer();
    try (PeerPair pair = new PeerPair(new FakePeer())) {
      PeerServer third = pair.serve(3, peer, PeerPair.OPTIONS);
      pair.place(2, third.start(new InetSocketAddress("127.0.0.1", 0)).getPort());
      assertThat(pair.send(1, "x").get(10, TimeUnit.SECONDS)).isInstanceOf(PeerOutcome.NotSent.class);
      assertThat(pair.pool.stats().handshakesRefused().sum()).isEqualTo(1);
      assertThat(peer.seen).isEmpty();
      third.close();
    }
  }

  @Test
  void garbageIsRefusedAndTheConnectionClosed() throws Exception {
    Random random = new Random(3);
    try (PeerPair pair = new PeerPair(new FakePeer())) {
      for (int i = 0; i < 50; i++) {
        byte[] garbage = new byte[1 + random.nextInt(300)];
        random.nextBytes(garbage);
        assertThat(closedAfter(pair, garbage)).as("garbage %s", i).isTrue();
      }
      assertThat(closedAfter(pair, "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII))).isTrue();
      assertThat(PeerPair.text(pair.send(1, "still there").get(10, TimeUnit.SECONDS)))
          .isEqualTo("still there");
      assertThat(pair.server.stats().handshakesRefused().sum()).isEqualTo(51);
    }
  }

  @Test
  void whoSaysNothingIsRefusedAfterAWhile() throws Exception {
    PeerOptions hasty = new PeerOptions(1, 1 << 20, 100, 1 << 20, Duration.ofMillis(100),
        Duration.ofMillis(20),
        Duration.ofMillis(100));
    try (PeerPair pair = new PeerPair(new FakePeer(), PeerPair.SECRET, hasty)) {
      assertThat(closedAfter(pair, new byte[0])).isTrue();
    }
  }

  @Test
  void aProofIsWorthNothingOnAnotherConnectionOrSentBack() throws Exception {
    Handshake client = new Handshake(PeerPair.SECRET, 1, new SecureRandom());
    try (PeerPair pair = new PeerPair(new FakePeer())) {
      ByteBuf answer = Unpooled.buffer();
      try (Socket first = connect(pair)) {
        Handshake.Hello server = hello(first);
        client.writeHello(answer);
        answer.writeBytes(client.clientProof(server));
        first.getOutputStream().write(answer.array(), 0, answer.readableBytes());
        byte[] proof = first.getInputStream().readNBytes(Handshake.PROOF_BYTES);
        assertThat(client.serverProved(server, proof)).as("the true client is let in").isTrue();
        assertThat(client.clientProved(server, proof)).as("the server's proof is no client's").isFalse();
      }
      byte[] replayed = Arrays.copyOf(answer.array(), answer.readableBytes());
      assertThat(closedAfter(pair, replayed)).as("the same bytes again").isTrue();
      assertThat(pair.server.stats().handshakesRefused().sum()).isEqualTo(1);
    }
  }

  @Test
  void aBadFrameClosesTheConnection() throws Exception {
    FakePeer peer = new FakePeer();
    try (PeerPair pair = new PeerPair(peer); Socket socket = connect(pair)) {
      Handshake client = new Handshake(PeerPair.SECRET, 1, new SecureRandom());
      ByteBuf out = Unpooled.buffer();
      client.writeHello(out);
      out.writeBytes(client.clientProof(hello(socket)));
      out.writeInt(Integer.MAX_VALUE);
      socket.getOutputStream().write(out.array(), 0, out.readableBytes());
      assertThat(socket.getInputStream().readAllBytes()).hasSize(Handshake.PROOF_BYTES);
      Awaitility.await().until(() -> peer.connections.get() == 0);
      assertThat(pair.server.stats().badFrames().sum()).isEqualTo(1);
    }
  }

  private static Socket connect(PeerPair pair) throws IOException {
    Socket socket = new Socket(pair.address.getAddress(), pair.address.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static Handshake.Hello hello(Socket socket) throws IOException {
    byte[] bytes = new byte[Handshake.HELLO_BYTES];
    new DataInputStream(socket.getInputStream()).readFully(bytes);
    Handshake.Hello hello = Handshake.readHello(Unpooled.wrappedBuffer(bytes));
    assertThat(hello).isNotNull();
    return Objects.requireNonNull(hello);
  }

  /** True: the server closed the connection and said nothing but its greeting. */
  private static boolean closedAfter(PeerPair pair, byte[] bytes) throws IOException {
    try (Socket socket = connect(pair)) {
      hello(socket);
      socket.getOutputStream().write(bytes);
      if (bytes.length > 0) {
        socket.shutdownOutput();
      }
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }
}
