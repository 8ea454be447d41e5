package io.pika.core.settings;

import java.util.List;

/** Settings that were refused; nothing was changed. Each problem is a sentence that says where and what to do. */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public SettingsException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
