package io.pika.node.control;

/** How this node wants to be reached, and what it is, as told at registration. */
public record NodeAddress(String host, int clientPort, int peerPort, int adminPort, String zone,
    String softwareVersion) {}
