package io.pika.core.meta;

import io.pika.core.bytes.Bytes;

/**
 * One key of the store.
 *
 * @param version count of writes since the key was made, from 1
 * @param createRevision revision that made the key
 * @param modRevision revision of the last write
 * @param lease id of the lease the entry ends with, 0: none
 */
public record Entry(Bytes key, Bytes value, long version, long createRevision, long modRevision,
    long lease) {}
