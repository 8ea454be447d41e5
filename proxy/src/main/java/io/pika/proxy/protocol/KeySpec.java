package io.pika.proxy.protocol;

/**
 * Where some of a command's keys are: where to begin, how to go on, and what is done to them (Redis: "Command key
 * specifications"). Positions count from the command's name, which is 0.
 */
public record KeySpec(KeyAccess access, Begin begin, Find find) {

  public sealed interface Begin {
    /** At a fixed position. */
    record Index(int position) implements Begin {}

    /** Behind a word that is looked for from a position on, backwards from the end if that is negative. */
    record Keyword(String word, int from) implements Begin {}

    /** Only the command itself knows; see {@link KeyFinder}. */
    record Unknown() implements Begin {}
  }

  public sealed interface Find {
    /**
     * Every step-th argument up to the last.
     *
     * @param last counted from the first key, or from the end of the request if negative
     * @param limit with last -1: only the first part of the rest is keys, 2 = half of it; 0 = all of it
     */
    record Range(int last, int step, int limit) implements Find {}

    /** As many as an argument says. @param number where it is and @param first where the first key is, from the beginning */
    record Count(int number, int first, int step) implements Find {}

    record Unknown() implements Find {}
  }

  /** One key. */
  static KeySpec at(int position, KeyAccess access) {
    return range(position, 0, 1, access);
  }

  /** All arguments from a position to the end. */
  static KeySpec from(int position, KeyAccess access) {
    return range(position, -1, 1, access);
  }

  static KeySpec range(int first, int last, int step, KeyAccess access) {
    return new KeySpec(access, new Begin.Index(first), new Find.Range(last, step, 0));
  }

  /** A count of keys, then the keys. */
  static KeySpec counted(int position, KeyAccess access) {
    return new KeySpec(access, new Begin.Index(position), new Find.Count(0, 1, 1));
  }

  /** Behind a word: keys, as many as there are values behind them. */
  static KeySpec halfAfter(String word, int from, KeyAccess access) {
    return new KeySpec(access, new Begin.Keyword(word, from), new Find.Range(-1, 1, 2));
  }

  /** Behind a word: all keys to the end. */
  static KeySpec allAfter(String word, int from, KeyAccess access) {
    return new KeySpec(access, new Begin.Keyword(word, from), new Find.Range(-1, 1, 0));
  }

  /** Behind a word: one key. */
  static KeySpec oneAfter(String word, int from, KeyAccess access) {
    return new KeySpec(access, new Begin.Keyword(word, from), new Find.Range(0, 1, 0));
  }

  static KeySpec unknown(KeyAccess access) {
    return new KeySpec(access, new Begin.Unknown(), new Find.Unknown());
  }

  /** True if the keys are at places that do not depend on the arguments. */
  boolean isFixed() {
    return begin instanceof Begin.Index && find instanceof Find.Range
        && access != KeyAccess.RW_ACCESS_DELETE_INCOMPLETE;
  }
}
