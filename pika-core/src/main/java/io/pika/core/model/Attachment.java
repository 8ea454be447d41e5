package io.pika.core.model;

import io.pika.core.bytes.Bytes;

/**
 * Something small that belongs to a table and that every node has to know.
 *
 * @param name unique among the table's attachments of its kind, at most {@value #MAX_NAME_BYTES} bytes of UTF-8
 * @param version topology version of its last change
 * @param content means something only to those who work with the kind
 */
public record Attachment(String name, long version, Bytes content) {
  public static final int MAX_NAME_BYTES = 128;
}
