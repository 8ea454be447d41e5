package io.pika.node.control;

/**
 * What a heartbeat says about the node, apart from who it is.
 *
 * @param keys in all slots that it leads
 * @param operations client commands since the start of the process
 * @param trouble empty: healthy; else one sentence for the operator
 */
public record NodeReport(long keys, long diskUsedBytes, long diskFreeBytes, long memoryUsedBytes,
    long operations,
    int connections, String trouble) {}
