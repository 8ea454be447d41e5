package io.pika.cli.command;

import io.pika.cli.show.OutputForm;
import io.pika.cli.show.Screen;
import io.pika.cli.source.ImportOptions;
import io.pika.cli.source.ImportResult;
import io.pika.cli.transfer.Tally;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What an import says at its end. */
final class ImportReport {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final double NANOS = 1e9;

  private final ImportOptions options;
  private final ImportResult result;
  private final double seconds;

  ImportReport(ImportOptions options, ImportResult result, long nanos) {
    this.options = options;
    this.result = result;
    this.seconds = nanos / NANOS;
  }

  void show(Screen screen) {
    if (screen.form() == OutputForm.JSON) {
      screen.json(json());
    } else {
      sentences(screen);
    }
  }

  private void sentences(Screen screen) {
    Tally tally = result.tally();
    String kinds = tally.byKind().entrySet().stream()
        .map(each -> number(each.getValue()) + " " + each.getKey().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
    screen.say((options.dryRun() ? "there are " : "") + number(tally.keys()) + " keys"
        + (options.dryRun() ? "" : String.format(Locale.ROOT, " written in %.1f s", seconds))
        + (kinds.isEmpty() ? "" : ": " + kinds));
    if (tally.commands() > 0) {
      screen.say(number(tally.commands()) + " commands of the log done");
    }
    left(screen, tally.existingKeys(), "the table had already, left as they are");
    left(screen, tally.expiredKeys(), "have expired");
    left(screen, tally.unmatchedKeys(), "do not match");
    tally.byOtherDatabase().forEach((number, keys) -> left(screen, keys, "of database " + number
        + " left out (--db " + number + ", or --db all)"));
    tally.notes().forEach(screen::say);
    tally.refusedCommands().forEach((command, count) -> screen.say(number(count) + " times " + command
        + " refused: " + tally.refusal(command)));
    listed(screen, tally.failedKeys(), tally.failures(), "keys were refused by the table");
    if (!result.from().isEmpty()) {
      screen.say("this went on from " + result.from() + "; what was before was written by an earlier run");
    }
    if (result.compared() > 0) {
      screen.say(number(result.compared()) + " keys compared with the source: "
          + (result.different().isEmpty() ? "all the same" : number(result.different().size()) + " differ"));
    }
    listed(screen, result.different().size(), result.different(), "keys differ");
  }

  private static void left(Screen screen, long keys, String why) {
    if (keys > 0) {
      screen.say(number(keys) + " keys " + why);
    }
  }

  private static void listed(Screen screen, long count, List<Tally.Failure> shown, String what) {
    if (count > 0) {
      screen.hint(
          number(count) + " " + what + (shown.size() < count ? "; the first " + shown.size() : "") + ":");
      shown.forEach(each -> screen.hint("  " + each.key() + ": " + each.reason()));
    }
  }

  private ObjectNode json() {
    Tally tally = result.tally();
    ObjectNode node = JSON.createObjectNode();
    node.put("source", options.source()).put("table", options.table().toString()).put("dryRun",
        options.dryRun());
    node.put("seconds", seconds).put("keys", tally.keys()).put("commands", tally.commands());
    ObjectNode kinds = node.putObject("keysByType");
    tally.byKind().forEach((kind, keys) -> kinds.put(kind.name().toLowerCase(Locale.ROOT), keys));
    node.put("existingKeys", tally.existingKeys()).put("expiredKeys", tally.expiredKeys())
        .put("unmatchedKeys", tally.unmatchedKeys()).put("failedKeys", tally.failedKeys());
    ObjectNode databases = node.putObject("keysOfOtherDatabases");
    tally.byOtherDatabase().forEach((number, keys) -> databases.put(number.toString(), keys));
    ObjectNode refused = node.putObject("refusedCommands");
    tally.refusedCommands().forEach(refused::put);
    node.put("compared", result.compared());
    list(node.putArray("failed"), tally.failures());
    list(node.putArray("different"), result.different());
    ArrayNode notes = node.putArray("notes");
    tally.notes().forEach(notes::add);
    node.put("good", result.isGood());
    return node;
  }

  private static void list(ArrayNode to, List<Tally.Failure> failures) {
    failures.forEach(each -> to.addObject().put("key", each.key()).put("reason", each.reason()));
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
