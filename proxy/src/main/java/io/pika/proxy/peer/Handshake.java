package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * How two nodes prove to each other that they know the cluster's secret, before anything else is said. Each
 * signs the other's fresh nonce together with its own, both node ids and its side's label, so that a proof is
 * worth nothing on another connection, to another node or sent back to who made it. The client proves first: a
 * stranger who connects gets no proof to guess at.
 *
 * <pre>
 * server | magic 4 | kind 1 | node 4 | nonce 32 |
 * client | magic 4 | kind 1 | node 4 | nonce 32 | proof 32 |
 * server | proof 32 |
 * </pre>
 *
 * <p>The kind, of which the client's counts, says what follows, and in which version.
 *
 * <p>It keeps out processes of other clusters and strangers. It does not encrypt, and who can change packets
 * on the way can still use a connection that two nodes have opened: such a network needs TLS below it.
 */
final class Handshake {
  static final int MAGIC = 0x50494b50;
  static final int MAGIC_BYTES = 4;
  static final int NONCE_BYTES = 32;
  static final int PROOF_BYTES = 32;
  static final int HELLO_BYTES = MAGIC_BYTES + 1 + 4 + NONCE_BYTES;
  static final int CLIENT_BYTES = HELLO_BYTES + PROOF_BYTES;

  private static final byte CLIENT_SIDE = 1;
  private static final byte SERVER_SIDE = 2;

  private final ClusterSecret secret;
  private final int self;
  private final Kind kind;
  private final byte[] nonce = new byte[NONCE_BYTES];

  /** What a connection is for. */
  enum Kind {
    /** {@link PeerFrame}s. */
    REQUESTS(1),
    /** A {@link PeerStream}. */
    STREAM(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    static @Nullable Kind of(int code) {
      return code == REQUESTS.code ? REQUESTS : code == STREAM.code ? STREAM : null;
    }
  }

  /** For one connection of requests, or the server's half for one of any kind. */
  Handshake(ClusterSecret secret, int self, SecureRandom random) {
    this(secret, self, random, Kind.REQUESTS);
  }

  Handshake(ClusterSecret secret, int self, SecureRandom random, Kind kind) {
    this.secret = secret;
    this.self = self;
    this.kind = kind;
    random.nextBytes(nonce);
  }

  /** What the other side said first. */
  record Hello(Kind kind, int node, byte[] nonce) {}

  void writeHello(ByteBuf out) {
    out.writeInt(MAGIC).writeByte(kind.code).writeInt(self).writeBytes(nonce);
  }

  /** Null: these bytes are not from a peer of this version. */
  static @Nullable Hello readHello(ByteBuf in) {
    Kind kind = in.readInt() == MAGIC ? Kind.of(in.readByte()) : null;
    if (kind == null) {
      return null;
    }
    byte[] nonce = new byte[NONCE_BYTES];
    int node = in.readInt();
    in.readBytes(nonce);
    return new Hello(kind, node, nonce);
  }

  byte[] clientProof(Hello server) {
    return secret.sign(message(CLIENT_SIDE, me(), server));
  }

  byte[] serverProof(Hello client) {
    return secret.sign(message(SERVER_SIDE, client, me()));
  }

  boolean clientProved(Hello client, byte[] proof) {
    return MessageDigest.isEqual(proof, secret.sign(message(CLIENT_SIDE, client, me())));
  }

  boolean serverProved(Hello server, byte[] proof) {
    return MessageDigest.isEqual(proof, secret.sign(message(SERVER_SIDE, me(), server)));
  }

  private Hello me() {
    return new Hello(kind, self, nonce);
  }

  private static byte[] message(byte side, Hello client, Hello server) {
    return ByteBuffer.allocate(2 + 4 + 4 + 2 * NONCE_BYTES).put((byte) client.kind().code).put(side)
        .putInt(client.node()).putInt(server.node()).put(client.nonce()).put(server.nonce()).array();
  }

  static byte[] readProof(ByteBuf in) {
    byte[] proof = new byte[PROOF_BYTES];
    in.readBytes(proof);
    return proof;
  }
}
