package io.pika.manager.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets nobody in who does not know the cluster's secret. Takes as long for a wrong one as for the right one. */
final class SecretCheck implements ServerInterceptor {
  private static final Metadata.Key<String> SECRET = Metadata.Key.of("pika-secret",
      Metadata.ASCII_STRING_MARSHALLER);

  private final byte[] secretHash;

  SecretCheck(String secret) {
    this.secretHash = hash(secret);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
      ServerCallHandler<Q, A> next) {
    String given = headers.get(SECRET);
    if (MessageDigest.isEqual(secretHash, hash(given == null ? "" : given))) {
      return next.startCall(call, headers);
    }
    call.close(Status.UNAUTHENTICATED.withDescription(
        "wrong cluster secret; manager and nodes need the same one (setting cluster-secret-file)"),
        new Metadata());
    return new ServerCall.Listener<>() {
    };
  }

  /** Hashed, so that the comparison does not show the length either. */
  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (java.security.NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }
}
