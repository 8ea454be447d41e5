package io.pika.cli.transfer;

import io.pika.proxy.rdb.RdbType.Kind;

/**
 * A key on its way.
 *
 * @param writtenTo another name where it is written piece by piece
 * @param expireAtMs Unix time in milliseconds; 0: it stays
 */
record TargetKey(byte[] name, byte[] writtenTo, Kind kind, long expireAtMs) {}
