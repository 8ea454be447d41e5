package io.pika.node.acl;

import java.util.ArrayList;
import java.util.List;

/** What is on or off of a user. */
record UserFlags(boolean enabled, boolean anyPassword, Sanitizing sanitizing) {
  static final UserFlags NEW = new UserFlags(false, false, Sanitizing.NOT_SAID);

  /** Kept for the sake of those who ask: RESTORE checks every value. */
  enum Sanitizing {
    NOT_SAID(""), YES("sanitize-payload"), NO("skip-sanitize-payload");

    final String word;

    Sanitizing(String word) {
      this.word = word;
    }
  }

  UserFlags enabled(boolean on) {
    return new UserFlags(on, anyPassword, sanitizing);
  }

  UserFlags anyPassword(boolean any) {
    return new UserFlags(enabled, any, sanitizing);
  }

  UserFlags sanitizing(Sanitizing said) {
    return new UserFlags(enabled, anyPassword, said);
  }

  /** As GETUSER tells them. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(enabled ? "on" : "off");
    if (anyPassword) {
      words.add("nopass");
    }
    if (sanitizing != Sanitizing.NOT_SAID) {
      words.add(sanitizing.word);
    }
    return words;
  }
}
