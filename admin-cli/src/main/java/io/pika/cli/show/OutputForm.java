package io.pika.cli.show;

/** How results are written: for people, for programs, for {@code cut} and {@code awk}. */
public enum OutputForm {
  TABLE, JSON, TSV
}
