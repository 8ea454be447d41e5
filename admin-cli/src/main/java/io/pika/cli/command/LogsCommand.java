package io.pika.cli.command;

import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.LocalTrouble;
import io.pika.cli.local.LogFollower;
import io.pika.cli.local.LogTail;
import io.pika.cli.local.Member;
import io.pika.cli.show.Screen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "logs", mixinStandardHelpOptions = true, description = "Show what the processes of the local cluster wrote.", footer = {
    "", "Examples:", "  ./pika logs                    the last lines of every process",
    "  ./pika logs node-1 -n 200", "  ./pika logs manager -f         go on showing, until Ctrl-C"})
final class LogsCommand implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  private final Surroundings surroundings;

  @Parameters(paramLabel = "PROCESS", arity = "0..1", description = "manager, node-1, ... Default: all.") private @Nullable String name;

  @Option(names = {"-n",
      "--lines"}, paramLabel = "N", defaultValue = "20", description = "How many lines of each. Default: ${DEFAULT-VALUE}.") private int lines;

  @Option(names = {"-f",
      "--follow"}, description = "Go on with what is written from now on.") private boolean follow;

  @Option(names = "--dir", paramLabel = "DIR", description = "The cluster's directory. Default: .pika in the checkout, or PIKA_DIR.") private @Nullable Path dir;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  LogsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, LocalTrouble, InterruptedException {
    ClusterDir local = surroundings.dir(dir);
    ClusterDir.Description description = local.description()
        .orElseThrow(
            () -> new LocalTrouble("there is no cluster in " + local.root() + "; ./pika up makes one"));
    List<Member> all = description.members();
    List<Member> chosen = all.stream().filter(each -> name == null || each.name().equals(name)).toList();
    if (chosen.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "there is no process " + name + "; there are "
          + all.stream().map(Member::name).collect(Collectors.joining(", ")));
    }
    Screen screen = surroundings.screen();
    Map<Member, LogFollower> followers = new LinkedHashMap<>();
    for (Member member : chosen) {
      followers.put(member, LogFollower.atEnd(local.log(member)));
      for (String line : LogTail.read(local.log(member), lines)) {
        screen.say(labelled(chosen, member, line));
      }
    }
    while (follow) {
      for (Map.Entry<Member, LogFollower> each : followers.entrySet()) {
        for (String line : each.getValue().next()) {
          screen.say(labelled(chosen, each.getKey(), line));
        }
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
    return ExitCode.OK;
  }

  private static String labelled(List<Member> chosen, Member member, String line) {
    return chosen.size() == 1 ? line : member.name() + " | " + line;
  }
}
