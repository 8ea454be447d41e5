package io.pika.manager.state;

import java.util.regex.Pattern;

/** What tables and tokens may be called. */
public final class Names {
  public static final String DEFAULT_TABLE = "default";
  public static final String RULE = "a letter or _ first, then up to 62 letters, digits or any of _ . -";
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,62}");

  private Names() {}

  /** Never all digits: SELECT takes those for an index. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }
}
