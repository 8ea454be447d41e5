package io.pika.cli.doctor;

import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of the doctor's report.
 *
 * @param subject what was looked at, a word or two
 * @param advice what to do; empty when there is nothing to do
 */
public record Finding(Level level, String subject, String message, String advice) {
  public enum Level {
    OK, WARN, FAIL
  }

  static Finding ok(String subject, String message) {
    return new Finding(Level.OK, subject, message, "");
  }

  static Finding warn(String subject, String message, String advice) {
    return new Finding(Level.WARN, subject, message, advice);
  }

  static Finding fail(String subject, String message, String advice) {
    return new Finding(Level.FAIL, subject, message, advice);
  }

  public ObjectNode json() {
    return JsonMapper.shared().createObjectNode().put("level", level.name().toLowerCase(Locale.ROOT))
        .put("subject", subject).put("message", message).put("advice", advice);
  }
}
