package io.pika.core.model;

/**
 * How a node is reached.
 *
 * @param id given by the manager at the first registration, from 1, never used again
 * @param host address that clients and other nodes use
 * @param clientPort RESP
 * @param peerPort requests forwarded by other nodes
 * @param adminPort HTTP: metrics and health
 * @param zone failure domain; empty when the operator named none
 */
public record NodeInfo(int id, String host, int clientPort, int peerPort, int adminPort, String zone) {}
