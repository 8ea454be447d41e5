package io.pika.node.script;

import io.pika.proxy.protocol.RefusalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The first line of a library, as in "#!lua name=mylib" (functionExtractLibMetaData of functions.c). */
record LibraryHeader(String name) {
  private static final String BAD_NAME = "ERR Library names can only contain letters, numbers, or underscores(_) and must"
      + " be at least one character long";
  private static final String NAME = "name=";

  static LibraryHeader parse(String text) {
    if (!text.startsWith("#!")) {
      throw new RefusalException("ERR Missing library metadata");
    }
    int end = text.indexOf('\n');
    List<String> words = end < 0 ? List.of() : words(text.substring(0, end));
    if (words.isEmpty()) {
      throw new RefusalException("ERR Invalid library metadata");
    }
    String name = null;
    for (String word : words.subList(1, words.size())) {
      if (!word.regionMatches(true, 0, NAME, 0, NAME.length())) {
        throw new RefusalException("ERR Invalid metadata value given: " + word);
      }
      if (name != null) {
        throw new RefusalException("ERR Invalid metadata value, name argument was given multiple times");
      }
      name = word.substring(NAME.length());
    }
    if (name == null) {
      throw new RefusalException("ERR Library name was not given");
    }
    checkName(name);
    String engine = words.getFirst().substring(2);
    if (!engine.toUpperCase(Locale.ROOT).equals(Library.ENGINE)) {
      throw new RefusalException("ERR Engine '" + engine + "' not found");
    }
    return new LibraryHeader(name);
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.strip().split("[ \t\r\n]+")) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /** Also of a function, with the same words. */
  static void checkName(String name) {
    if (!isName(name)) {
      throw new RefusalException(BAD_NAME);
    }
  }

  static boolean isName(String name) {
    return !name.isEmpty() && name.chars()
        .allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_');
  }

  static String badName() {
    return BAD_NAME;
  }
}
