package io.pika.node.server;

/** The version of this software, from the manifest of its jar. */
public final class NodeVersion {
  public static final String TEXT = read();

  private NodeVersion() {}

  private static String read() {
    String version = NodeVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
